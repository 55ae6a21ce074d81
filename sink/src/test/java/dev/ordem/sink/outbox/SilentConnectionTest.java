package dev.ordem.sink.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.group.HostClock;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Postgres;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Postgres' host vanishes without a word, while new connections are carried on. */
class SilentConnectionTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void aRelayWhoseConnectionsAreDeadWithoutAWordSaysSoAndBeginsAnew() throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("logical");
        SilentProxy proxy = new SilentProxy(server.getPort())) {
      TestDatabase database = TestDatabase.migrated(server);
      database.execute("ALTER SYSTEM SET wal_sender_timeout = 0");
      database.execute("SELECT pg_reload_conf()");
      HikariDataSource pool = database.pool();
      OutboxRelay relay = relay(pool, through(proxy, database));
      Loop relaying = new Loop("relaying", Duration.ofSeconds(2), relay::run);
      Loop watching = new Loop("watching", Duration.ofSeconds(2), relay::watch);
      try (pool;
          relaying;
          watching;
          relay) {
        relaying.start();
        watching.start();
        insert(database, 1);
        await().atMost(SOON).until(() -> producer.history().size() == 1);

        proxy.silence();
        insert(database, 2);

        await().atMost(SOON).until(() -> !relay.health().ready());
        await().atMost(SOON).until(() -> producer.history().size() == 2);
        await().atMost(SOON).until(() -> relay.health().equals(Health.up()));
        assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("0");
      }
    }
  }

  private OutboxRelay relay(HikariDataSource pool, Postgres postgres) {
    return new OutboxRelay(
        pool,
        new OutboxRelay.Source(postgres, "silent"),
        HostClock.system(Duration.ofSeconds(1)),
        new OutboxRows(pool, producer, meters, Clock.systemUTC()),
        new OutboxLag(pool, "silent", new StalledRow(PATIENCE, System::nanoTime), meters));
  }

  private static Postgres through(SilentProxy proxy, TestDatabase database) {
    return new Postgres(
        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name(),
        "postgres",
        "postgres",
        "POSTGRES_*");
  }

  private static void insert(TestDatabase database, int run) throws Exception {
    database.execute(
        "INSERT INTO outbox (aggregatetype, aggregateid, type) VALUES ('sync-runs',"
            + " '00000000-0000-0000-0000-00000000000"
            + run
            + "', 'forgotten')");
  }
}
