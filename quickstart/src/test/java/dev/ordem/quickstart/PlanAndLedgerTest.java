package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.detail.ledger.Ledger;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.runtime.StartException;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plan says in SQL what the ledger decides in Java: which orders need their details. Here both
 * are asked about every status with every past that an order can have.
 */
class PlanAndLedgerTest {
  private static final int PARTITIONS = 6;
  private static final List<PastOrder> ORDERS = PastOrder.all();
  private static final UUID BEFORE = new UUID(1, 1);
  private static final UUID CANCELED = new UUID(1, 2);
  private static final UUID PLANNED = new UUID(1, 3);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What is tried again by itself costs the call that the run waits for, too. */
  private static final String ASKED = "state IN ('QUEUED', 'REQUESTED', 'RETRYING')";

  @TempDir Path directory;

  @Test
  void thePlanCountsWhatTheLedgerThenAsksFor() throws Exception {
    try (TinySimulator tiny =
            new TinySimulator(SimulatorSettings.inProcess().withOrders(1)).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline =
            new Pipeline(
                home,
                PipelineTest.variables(tiny),
                List.of(SinkService::new, LedgerAlone::new, ProducerService::new),
                line -> {});
        ShutdownSignal stop = new ShutdownSignal()) {
      pipeline.start(stop);
      try (Connection database = PipelineTest.connect(pipeline);
          Others others = new Others(pipeline, database)) {
        others.give();
        ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());
        List<PastOrder> planned = stable().filter(order -> calls(api, order.day()) > 0).toList();
        long together = plan(api, api.json().createObjectNode().put("mode", "full"));
        Set<Long> asked = others.listed();

        assertThat(planned)
            .isEqualTo(stable().filter(order -> asked.contains(order.id())).toList());
        assertThat(together).as("each has a twin that changes").isEqualTo(2L * planned.size());
        assertThat(ORDERS.stream().filter(PastOrder::changed))
            .as("a change, which only the list can tell, costs a call more")
            .allSatisfy(order -> assertThat(asked).contains(order.id()));
      }
    }
  }

  private static Stream<PastOrder> stable() {
    return ORDERS.stream().filter(order -> !order.changed());
  }

  /** Each order has a day of its own, so that a plan of that day is a plan of that order. */
  private static long calls(ProducerApi api, LocalDate day) {
    String text = day.toString();
    return plan(
        api, api.json().createObjectNode().put("mode", "period").put("from", text).put("to", text));
  }

  private static long plan(ProducerApi api, ObjectNode request) {
    return api.post("/api/plan", request).path("detailCalls").asLong();
  }

  /** The reader of pages, and the fetcher. */
  private static final class Others implements AutoCloseable {
    private final Connection database;
    private final List<Future<?>> sent = new ArrayList<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> requests;

    Others(Pipeline pipeline, Connection database) {
      this.database = database;
      Map<String, Object> kafka =
          Map.of(
              "bootstrap.servers", pipeline.settings().variables().get("KAFKA_BOOTSTRAP_SERVERS"));
      producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
      requests =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(Topics.OS_DETAIL_REQUESTS.name(), i));
      }
      requests.assign(partitions);
      requests.seekToBeginning(partitions);
    }

    /** Lets all of them have their past, once what is seen of the account is taken. */
    void give() throws Exception {
      until("SELECT count(generation) = " + PARTITIONS + " FROM account_certificate");
      Instant now = Instant.now();
      for (PastOrder each : ORDERS) {
        send(each.seen(BEFORE, true, "1", now.minus(Duration.ofHours(26))));
        each.past().age().ifPresent(age -> answer(each.read(unasked(each.id()), now.minus(age))));
      }
      long read = ORDERS.stream().filter(each -> each.past().age().isPresent()).count();
      until("SELECT count(*) = " + ORDERS.size() + " FROM os");
      until("SELECT count(detail_fetched_at) = " + read + " FROM os");
      ORDERS.stream()
          .filter(each -> each.past().refreshed())
          .forEach(
              each ->
                  send(new HeaderEvent.RefreshWanted(PastOrder.ACCOUNT, each.id(), Instant.now())));
      long asked = ORDERS.stream().filter(each -> each.past().refreshed()).count();
      until(
          "SELECT count(*) = "
              + asked
              + " FROM os_sync_queue WHERE state IN ('SETTLED', 'PARKED', 'RETRYING')");
      cancel();
    }

    private void cancel() throws Exception {
      ORDERS.stream()
          .filter(each -> each.past().canceled())
          .forEach(each -> send(each.seen(CANCELED, false, "1", Instant.now())));
      mark(end(CANCELED));
      until(counted(CANCELED) + " FROM os_sync_queue WHERE state = 'QUEUED'");
      mark(new HeaderEvent.Canceled(PastOrder.ACCOUNT, CANCELED, Instant.now(), PastOrder.READING));
      until("SELECT count(*) = 0 FROM os_sync_queue WHERE state = 'QUEUED'");
      try (Statement statement = database.createStatement()) {
        statement.execute(
            "INSERT INTO sync_run (id, account, mode, status, phase, created_at, request)"
                + " VALUES ('%s', 'default', 'full', 'CANCELED', 'ENDED', now(), '{}')"
                    .formatted(CANCELED));
      }
    }

    /** The list shows all of them, some changed: which the ledger asks for. */
    Set<Long> listed() throws Exception {
      ORDERS.forEach(
          each -> send(each.seen(PLANNED, false, each.changed() ? "2" : "1", Instant.now())));
      mark(end(PLANNED));
      until(counted(PLANNED) + " FROM os_sync_queue WHERE " + ASKED);
      Set<Long> ids = new HashSet<>();
      try (Statement statement = database.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT os_id FROM os_sync_queue WHERE " + ASKED)) {
        while (rows.next()) {
          ids.add(rows.getLong(1));
        }
      }
      return ids;
    }

    private static HeaderEvent.EndOfHeaders end(UUID run) {
      return new HeaderEvent.EndOfHeaders(
          PastOrder.ACCOUNT,
          run,
          Mode.PERIOD,
          Instant.now(),
          PastOrder.READING,
          false,
          Instant.now());
    }

    /** Whether there are as many as the run wants and has not got, by all partitions. */
    private static String counted(UUID run) {
      return """
      SELECT count(*) = (SELECT CASE WHEN count(*) FILTER (WHERE ended) = %d
        THEN sum(requested) - sum(parked) ELSE -1 END
        FROM sync_run_progress WHERE run_id = '%s')
      """
          .formatted(PARTITIONS, run);
    }

    private void until(String condition) throws Exception {
      for (Future<?> each : sent) {
        each.get();
      }
      sent.clear();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!holds(condition)) {
        assertThat(System.nanoTime()).as(condition).isLessThan(end);
        for (ConsumerRecord<byte[], byte[]> record : requests.poll(Duration.ofMillis(50))) {
          DetailRequest request = Topics.OS_DETAIL_REQUESTS.value(record);
          if (request != null) {
            answer(ORDERS.get((int) request.osId() - 1).answer(request, Instant.now()));
          }
        }
      }
    }

    private boolean holds(String condition) throws SQLException {
      try (Statement statement = database.createStatement();
          ResultSet row = statement.executeQuery(condition)) {
        return row.next() && row.getBoolean(1);
      }
    }

    private static DetailRequest unasked(long id) {
      return new DetailRequest(
          new UUID(2, id), PastOrder.ACCOUNT, id, null, Lane.REFRESH, 1, Instant.EPOCH, null);
    }

    private void send(HeaderEvent.OfOrder event) {
      sent.add(producer.send(Topics.OS_HEADERS.record(event.key().toString(), event)));
    }

    private void answer(DetailResult result) {
      String key = result.request().key().toString();
      sent.add(producer.send(Topics.OS_DETAIL_RESULTS.record(key, result)));
    }

    private void mark(HeaderEvent.Marker marker) {
      for (int i = 0; i < PARTITIONS; i++) {
        sent.add(producer.send(Topics.OS_HEADERS.record(i, marker.markerKey(), marker)));
      }
    }

    @Override
    public void close() {
      requests.close();
      producer.close();
    }
  }

  /** The ledger without a fetcher. */
  private static final class LedgerAlone implements Service {
    private final Ledger ledger;

    LedgerAlone(Environment environment, MeterRegistry meters) {
      ledger = new Ledger(environment, meters, new ClockWatch(Runnable::run), account -> true);
    }

    @Override
    public String name() {
      return "ledger";
    }

    @Override
    public void start() throws StartException, InterruptedException {
      ledger.start();
    }

    @Override
    public Health health() {
      return ledger.health();
    }

    @Override
    public void close() {
      ledger.close();
    }
  }
}
