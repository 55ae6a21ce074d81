package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockSetBackException;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.GroupMember;
import dev.ordem.contract.group.HostClock;
import dev.ordem.sink.Orders;
import dev.ordem.sink.SetClock;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class StoreRunnerTest {
  private static final TopicPartition ZERO = new TopicPartition("os-enriched", 0);

  private final SetClock clock = new SetClock();
  private final AtomicReference<Instant> hostTime =
      new AtomicReference<>(Instant.parse("2026-03-02T12:00:00Z"));
  private final ClockWatch watch =
      new ClockWatch(new HostClock(hostTime::get, () -> 0L, Duration.ofSeconds(3)), Runnable::run);
  private final AtomicBoolean running = new AtomicBoolean(true);

  @Test
  void whenTheClockWasSetBackAnotherConsumerStoresWhatTheOneBeforeHadNot() throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("logical")) {
      TestDatabase database = TestDatabase.migrated(server);
      MockConsumer<byte[], byte[]> first = assigned();
      first.schedulePollTask(this::setBack);
      first.setPollException(new ClockSetBackException());
      MockConsumer<byte[], byte[]> second = assigned();
      ArrayDeque<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>(List.of(first, second));
      Store store =
          new Store(
              database.source(),
              new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()),
              new SimpleMeterRegistry(),
              clock);
      StoredPositions positions =
          new StoredPositions(database.source(), () -> Map.of("os-enriched", "first"));
      second.schedulePollTask(
          () -> {
            assertThat(first.closed()).isTrue();
            second.rebalance(List.of(ZERO));
            second.addRecord(
                Orders.record(Topics.OS_ENRICHED, 0, 0, Orders.key(1), Orders.order(1, 1)));
          });
      second.schedulePollTask(() -> {});
      second.schedulePollTask(() -> running.set(false));

      new StoreRunner(
              new GroupMember(consumers::pop, watch, Duration.ofSeconds(1), told -> {}),
              consumer -> new StoreLoop(consumer, store, positions, 10, clock::nanos),
              new SimpleMeterRegistry())
          .run(running::get);

      assertThat(database.texts("SELECT id FROM os")).containsExactly("1");
      assertThat(second.closed()).isTrue();
    }
  }

  private void setBack() {
    hostTime.updateAndGet(before -> before.minusSeconds(300));
    watch.look();
  }

  private static MockConsumer<byte[], byte[]> assigned() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(ZERO, 0L));
    return consumer;
  }
}
