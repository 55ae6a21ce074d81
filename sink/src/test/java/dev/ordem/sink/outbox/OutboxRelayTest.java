package dev.ordem.sink.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.group.HostClock;
import dev.ordem.runtime.Loop;
import dev.ordem.sink.SetClock;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String READER =
      "SELECT coalesce(max(active_pid), 0) FROM pg_replication_slots WHERE slot_name = 'relay'";

  private final SetClock clock = new SetClock();
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private EmbeddedPostgres server;
  private TestDatabase database;
  private HikariDataSource pool;
  private OutboxRelay relay;
  private Loop relaying;
  private Loop watching;

  @BeforeEach
  void start() throws Exception {
    server = TestDatabase.server("logical");
    database = TestDatabase.migrated(server);
    pool = database.pool();
    relay =
        new OutboxRelay(
            pool,
            new OutboxRelay.Source(database.postgres(), "relay"),
            kafka,
            new HostClock(clock, () -> 0, Duration.ofSeconds(1)),
            new SimpleMeterRegistry());
    relaying = new Loop("relay", PATIENCE, relay::run);
    watching = new Loop("watch", PATIENCE, relay::watch);
    relaying.start();
    watching.start();
  }

  @AfterEach
  void stop() throws Exception {
    relaying.stop();
    watching.stop();
    relay.close();
    relaying.close();
    watching.close();
    pool.close();
    server.close();
  }

  /** What Debezium waits for would end when the clock has caught up. */
  @Test
  void itBeginsAgainWhereTheClockWasSetBack() throws Exception {
    wish();
    await().atMost(SOON).until(() -> kafka.history().size() == 1);
    String before = reader();

    clock.advance(-Duration.ofHours(1).toMillis());

    await().atMost(SOON).until(() -> !reader().equals("0") && !reader().equals(before));
    wish();
    await().atMost(SOON).until(() -> kafka.history().size() == 2);
    assertThat(relaying.failure()).isEmpty();
    assertThat(watching.failure()).isEmpty();
  }

  private String reader() throws Exception {
    return database.texts(READER).get(0);
  }

  private void wish() throws Exception {
    database.execute(
        "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES ('%s',"
                .formatted(UUID.randomUUID())
            + " 'os-headers', 'loja:7', 'refresh', '{\"account\": \"loja\", \"osId\": 7}')");
  }
}
