package dev.ordem.producer.looking;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.Topics;
import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One account that is watched, over a real database and a Kafka that is only remembered. */
final class WatchFixture {
  static final AccountWatch.Conditions GOOD = new AccountWatch.Conditions(false, true, false);
  static final String WHY = "GET ordem-servico: status 500";
  static final int ALL = -2;

  final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
          return record.value().length > RecordLimits.RECORD
              ? CompletableFuture.failedFuture(new RecordTooLargeException("as a broker's client"))
              : super.send(record);
        }
      };
  final FakeTiny tiny = new FakeTiny();
  final HandClock clock = new HandClock();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final WatchMeters watchMeters = new WatchMeters(meters, clock);
  PageReader reader = this::refusing;

  /** The status whose list cannot be served; {@link #ALL}: no list can be; else all can. */
  int refused = -1;

  private final MigratedDatabase database;
  private final HikariDataSource pool;
  private final WatchTable table;

  /** Whatever the database holds goes. */
  WatchFixture(WatchDatabase given) throws Exception {
    this.database = given.database;
    this.pool = given.pool;
    this.table = new WatchTable(pool, UUID.randomUUID(), Duration.ofMinutes(1));
    database.clear();
    database.execute("SELECT tiny_quota_configure('loja', 4, 60, 60000, 0)");
  }

  double gauge(String name, String list) {
    return meters.get(name).tags("account", "loja", "slice", list).gauge().value();
  }

  private Answer<HeaderPage> refusing(String account, HeaderQuery query)
      throws InterruptedException {
    if (refused == ALL || Objects.equals(query.situacao(), refused)) {
      tiny.asked.add(query);
      return new Answer.Failed<>(new TinyError(TinyError.Cause.SERVER, WHY, null, 500));
    }
    return tiny.read(account, query);
  }

  Set<Long> told() {
    return events().stream()
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .collect(Collectors.toSet());
  }

  Set<Long> unlisted() {
    return events().stream()
        .filter(HeaderEvent.Unlisted.class::isInstance)
        .map(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .collect(Collectors.toSet());
  }

  List<String> failures() throws Exception {
    return database.texts("SELECT error FROM import_failures WHERE account = 'loja'");
  }

  AccountWatch begun() throws Exception {
    HeldWatch watch = table.claim(1).get(0);
    AccountWatch.Means means =
        new AccountWatch.Means(
            table,
            new StoredOrders(pool),
            new UnreadableHeaders(pool),
            reader,
            new HeaderWriter(() -> kafka, 2),
            new LookPace(0.8),
            watchMeters,
            clock);
    return new AccountWatch(
        means, watch, new SliceBook(Plan.openStatuses(), table.learned("loja"), clock.instant()));
  }

  /** Lets seconds pass. */
  void looks(AccountWatch watch, int seconds, AccountWatch.Conditions conditions) throws Exception {
    Instant end = clock.instant().plusSeconds(seconds);
    while (clock.instant().isBefore(end)) {
      clock.pass(watch.step(conditions).orElseThrow());
    }
  }

  String waitsFor() throws Exception {
    return database.text("SELECT waits_for FROM watch WHERE account = 'loja'");
  }

  List<HeaderEvent> events() {
    return kafka.history().stream()
        .map(
            record ->
                Objects.requireNonNull(
                    Topics.OS_HEADERS.value(
                        new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value()))))
        .toList();
  }

  /** Moved by hand. */
  static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
