package dev.ordem.sink.outbox;

import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Postgres;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Debezium, reading what is inserted into {@code outbox}.
 *
 * <p>It keeps no offsets of its own: a row stays in the table until Kafka has it, so each start
 * reads what the table still holds and then follows the log. That survives restarts without a disk,
 * a lost slot, and a restored database alike.
 */
final class OutboxEngine {
  /** Destination of the events that only move the slot forward. */
  static final String HEARTBEAT = "__debezium-heartbeat";

  private static final ConnectionPool WAITS = ConnectionPool.of("ordem-outbox", 1);

  private static final Set<PGProperty> ADDRESS =
      Set.of(
          PGProperty.PG_HOST,
          PGProperty.PG_PORT,
          PGProperty.PG_DBNAME,
          PGProperty.USER,
          PGProperty.PASSWORD);

  private OutboxEngine() {}

  static DebeziumEngine.Builder<ChangeEvent<String, String>> builder(
      Postgres postgres, String schema, String slot) {
    // The slot moves with each batch, so that little is shown again after a kill.
    return DebeziumEngine.create(Json.class)
        .using(properties(postgres, schema, slot))
        .using(OffsetCommitPolicy.always());
  }

  static Properties properties(Postgres postgres, String schema, String slot) {
    Properties properties = new Properties();
    address(postgres, properties);
    properties.put("name", slot);
    properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.put("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.put("topic.prefix", "ordem");
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", slot);
    properties.put("slot.max.retries", "0");
    properties.put("errors.max.retries", "0");
    properties.put("task.management.timeout.ms", "15000");
    properties.put("publication.name", "ordem_outbox");
    properties.put("publication.autocreate.mode", "disabled");
    properties.put("table.include.list", schema + ".outbox");
    properties.put("snapshot.mode", "initial");
    String outbox = schema + ".outbox";
    properties.put("snapshot.select.statement.overrides", outbox);
    properties.put(
        "snapshot.select.statement.overrides." + outbox,
        "SELECT * FROM " + outbox + " WHERE refused_at IS NULL ORDER BY position");
    // A row may have 8 MiB, and several copies of each are made: few are read ahead.
    properties.put("snapshot.fetch.size", "10");
    properties.put("max.queue.size.in.bytes", Integer.toString(16 << 20));
    properties.put("skipped.operations", "u,d,t");
    // Each look into the queue costs, whether it finds something or not; every 20 ms, they were
    // what an idle pipeline did most. A row waits for one look at the log and one into the queue.
    properties.put("poll.interval.ms", "500");
    // The log also grows by what the sink itself writes: without these the slot would hold it all.
    properties.put("heartbeat.interval.ms", "5000");
    properties.put("lsn.flush.mode", "connector_and_driver");
    properties.put("converter.schemas.enable", "false");
    return properties;
  }

  private static void address(Postgres postgres, Properties properties) {
    Properties url = Driver.parseURL(postgres.url(), null);
    if (url == null) {
      throw new IllegalArgumentException("POSTGRES_URL: not a URL that Postgres' driver reads");
    }
    properties.put("database.hostname", PGProperty.PG_HOST.getOrDefault(url));
    properties.put("database.port", PGProperty.PG_PORT.getOrDefault(url));
    properties.put("database.dbname", PGProperty.PG_DBNAME.getOrDefault(url));
    properties.put("database.user", postgres.user());
    properties.put("database.password", postgres.password());
    // Debezium connects by itself, and without these waits for ever for a host that is gone.
    WAITS.waits().forEach((name, value) -> properties.put("driver." + name, value));
    for (PGProperty each : PGProperty.values()) {
      if (!ADDRESS.contains(each) && each.isPresent(url)) {
        properties.put("driver." + each.getName(), each.getOrDefault(url));
      }
    }
  }
}
