package dev.ordem.producer;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.StartException;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.TinyClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Carries out runs, asks for those that the schedule wants, and serves the HTTP API. */
public final class ProducerService implements Service {
  private static final ConnectionPool RUNS = ConnectionPool.of("producer", 10);
  private static final ConnectionPool LEASES =
      ConnectionPool.of("leases", 3)
          .withConnectionTimeout(Duration.ofSeconds(2))
          .withSocketTimeout(Duration.ofSeconds(5));
  private static final ConnectionPool CALLS = ConnectionPool.of("calls", 4);

  private final ProducerSettings settings;
  private final MeterRegistry meters;
  private final Clock clock = Clock.systemUTC();
  private final Kafka kafka;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile @Nullable TinyClient tiny;
  private volatile @Nullable RunParts runs;

  /** Reads its settings, noting what is wrong with them; does no I/O. */
  public ProducerService(Environment environment, MeterRegistry meters) {
    this.settings = ProducerSettings.of(environment);
    this.meters = meters;
    this.kafka = new Kafka(settings.kafka(), meters);
  }

  @Override
  public String name() {
    return "producer";
  }

  @Override
  public void start() throws StartException, InterruptedException {
    HikariDataSource database = opening(RUNS.open(settings.postgres(), meters));
    HikariDataSource leases = opening(LEASES.open(settings.postgres(), meters));
    HikariDataSource calls = opening(CALLS.open(settings.postgres(), meters));
    TinyClient client = opening(TinyClient.create(name(), settings.tiny(), calls, meters));
    try {
      client.start();
    } catch (IllegalStateException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    tiny = client;
    opening(kafka);
    HeaderWriter writer = new HeaderWriter(kafka::producer, topics());
    RunParts parts =
        opening(
            new RunParts(
                new RunParts.Outside(
                    database, leases, kafka, client::headers, this::accounts, clock),
                RunParts.Rules.of(settings.reading(), settings.retention()),
                run -> {
                  throw new UnsupportedOperationException();
                },
                writer));
    parts.measure(meters);
    parts.start();
    runs = parts;
  }

  @Override
  public Health health() {
    TinyClient client = tiny;
    RunParts parts = runs;
    if (client == null || parts == null) {
      return Health.unready("producer", "is starting");
    }
    ClientHealth calls = client.health();
    return parts.health().and(new Health(calls.live(), calls.live(), calls.notes(name())));
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      close(opened.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing " + part + " failed", e);
    }
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }

  private List<String> accounts() {
    TinyClient client = tiny;
    return client == null
        ? List.of()
        : client.accounts().stream().map(AccountHealth::account).toList();
  }

  private int topics() throws StartException, InterruptedException {
    try {
      kafka.start();
      return TopicAdmin.ensure(kafka.admin(), settings.partitions(), settings.replication());
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new StartException(
          "Kafka at "
              + settings.kafka().get("bootstrap.servers")
              + " does not answer: "
              + e.getMessage()
              + ". Is KAFKA_BOOTSTRAP_SERVERS right?",
          e);
    }
  }
}
