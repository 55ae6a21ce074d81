package dev.ordem.producer;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWait;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;

/**
 * Begins generations on a broker and database of its own, and plays the sink meanwhile: one for all
 * tests of a class.
 */
record TestBaselines(
    TestBroker broker,
    KafkaClients kafka,
    MigratedDatabase database,
    HikariDataSource pool,
    HeaderWriter writer) {
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  /** What a sink does while it is waited for. */
  @FunctionalInterface
  interface Sink extends GenerationWait {
    void repair() throws SQLException;

    @Override
    default void tell(String why) throws SQLException {
      repair();
    }

    @Override
    default boolean pause(Duration time) throws InterruptedException {
      return NEVER.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  static TestBaselines start(Path directory) throws Exception {
    TestBroker broker = new TestBroker(directory);
    KafkaClients kafka = broker.kafka();
    MigratedDatabase database = new MigratedDatabase();
    HeaderWriter writer = new HeaderWriter(kafka::producer, TestBroker.PARTITIONS);
    return new TestBaselines(broker, kafka, database, database.pool(6), writer);
  }

  void close() throws Exception {
    writer.close();
    pool.close();
    database.close();
    kafka.close();
    broker.close();
  }

  /** Those of one producer. */
  Baselines ofAProducer() {
    return ofAProducer(pool);
  }

  Baselines ofAProducer(DataSource connections) {
    return new Baselines(
        connections,
        new Baselines.Clients(kafka::admin, kafka::consumer),
        writer::write,
        Clock.systemUTC());
  }

  UUID ensure(String account) throws Exception {
    return ensure(account, this::finishRepairs);
  }

  UUID ensure(String account, Sink sink) throws Exception {
    return ensure(ofAProducer(), account, sink);
  }

  UUID ensure(Baselines producer, String account) throws Exception {
    return ensure(producer, account, this::finishRepairs);
  }

  private static UUID ensure(Baselines producer, String account, Sink sink) throws Exception {
    return producer.ensure(account, sink).orElseThrow();
  }

  void finishRepairs() throws SQLException {
    Sql.update(pool, "UPDATE repair SET done_at = now() WHERE done_at IS NULL");
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      storeWork(partition, Long.MAX_VALUE);
    }
  }

  /** A sink has stored what the topic tells of work up to there. */
  void storeWork(int partition, long nextOffset) throws SQLException {
    storeWork(partition, workTopic(), nextOffset);
  }

  /** The same, of a topic of that name with another id. */
  void storeWork(int partition, String topicId, long nextOffset) throws SQLException {
    Sql.update(
        pool,
        "INSERT INTO sink_position (topic, partition, topic_id, next_offset) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (topic, partition) DO UPDATE"
            + " SET topic_id = excluded.topic_id, next_offset = excluded.next_offset",
        Topics.OS_SYNC_STATE.name(),
        partition,
        topicId,
        nextOffset);
  }

  private String workTopic() {
    String name = Topics.OS_SYNC_STATE.name();
    KafkaFuture<TopicDescription> topic =
        Objects.requireNonNull(
            kafka.admin().describeTopics(List.of(name)).topicNameValues().get(name));
    return topic.toCompletionStage().toCompletableFuture().join().topicId().toString();
  }
}
