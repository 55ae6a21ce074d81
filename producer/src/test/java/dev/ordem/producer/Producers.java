package dev.ordem.producer;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.reading.ReadingRules;
import dev.ordem.producer.runs.MigratedDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** Producers on a real broker and database; whoever starts a producer closes it. */
final class Producers {
  private final TestBroker broker;
  private final KafkaClients kafka;
  private final HeadersTopic topic;
  private final MigratedDatabase database;
  private final HikariDataSource pool;

  Producers(Path directory) throws Exception {
    broker = new TestBroker(directory);
    kafka = broker.kafka();
    topic = new HeadersTopic(broker);
    database = new MigratedDatabase();
    pool = database.pool(20);
  }

  HeadersTopic topic() {
    return topic;
  }

  MigratedDatabase database() {
    return database;
  }

  RunComponents start(
      PageReader tiny, RunWorker.Judging judge, Duration lease, RunDispatcher.Rhythm rhythm) {
    ReadingRules reading =
        new ReadingRules(
            5,
            7,
            Duration.ofHours(2),
            ZoneOffset.UTC,
            3,
            Duration.ofMillis(5),
            Duration.ofMillis(20));
    RunComponents parts =
        new RunComponents(
            new RunComponents.Outside(
                pool,
                pool,
                kafka,
                tiny,
                () -> texts("SELECT account FROM tiny_account"),
                Clock.systemUTC()),
            new RunComponents.Rules(reading, lease, rhythm, Duration.ofDays(90)),
            judge,
            new HeaderWriter(kafka::producer, TestBroker.PARTITIONS));
    parts.start();
    return parts;
  }

  void awaitPhase(UUID run, String phase) {
    awaitColumn(run, "phase", phase);
  }

  void awaitColumn(UUID run, String column, String value) {
    await().atMost(HeadersTopic.PATIENCE).until(() -> column(run, column), value::equals);
  }

  String column(UUID run, String column) {
    return text("SELECT " + column + " FROM sync_run WHERE id = '" + run + "'");
  }

  String text(String sql) {
    return texts(sql).get(0);
  }

  private List<String> texts(String sql) {
    try {
      return database.texts(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void stop() throws Exception {
    pool.close();
    database.close();
    kafka.close();
    broker.close();
  }
}
