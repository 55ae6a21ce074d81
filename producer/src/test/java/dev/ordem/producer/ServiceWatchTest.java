package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.ConsumerGroups;
import dev.ordem.contract.Topics;
import dev.ordem.producer.api.http.ServicePresence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is missing beside the producer, on a real broker. */
class ServiceWatchTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(200);

  @TempDir Path directory;
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // a clock may begin anywhere

  @Test
  void aServiceThatNobodyStartedOrThatLeftIsNamedWithWhatToDo() throws Exception {
    try (TestBroker broker = new TestBroker(directory.resolve("there"));
        KafkaClients kafka = broker.kafka();
        ServiceWatch watch = new ServiceWatch(kafka::admin, nanos::get)) {
      assertThat(watch.presences()).isEmpty();
      watch.begin();
      watch.look();
      assertThat(watch.presences()).as("at the start").noneMatch(ServicePresence::missing);
      pass(ServiceWatch.GRACE);
      watch.look();
      assertThat(said(watch, "sink"))
          .contains("no sink is at work", "ordem-sink", "docker compose up --detach sink");
      assertThat(said(watch, "worker")).contains("./ordem detail-worker");
      assertThat(watch.presences()).allMatch(ServicePresence::missing);

      try (KafkaConsumer<byte[], byte[]> sink = member(broker, ConsumerGroups.SINK);
          KafkaConsumer<byte[], byte[]> ledger = member(broker, ConsumerGroups.LEDGER)) {
        until(watch, sink, "sink");
        assertThat(said(watch, "worker")).contains("no detail-worker");
        try (KafkaConsumer<byte[], byte[]> fetcher = member(broker, ConsumerGroups.FETCHER)) {
          ledger.poll(POLL);
          until(watch, fetcher, "worker");
          try (KafkaConsumer<byte[], byte[]> second = member(broker, ConsumerGroups.SINK)) {
            second.poll(POLL); // the others have to let go first
            pass(ServiceWatch.GRACE.minusSeconds(1));
            watch.look();
            assertThat(watch.presences()).as("in a rebalance").noneMatch(ServicePresence::missing);
          }
        }
      }
      watch.look();
      pass(ServiceWatch.GRACE.minusSeconds(1));
      watch.look();
      assertThat(watch.presences()).as("restarted").noneMatch(ServicePresence::missing);
      pass(Duration.ofMinutes(3));
      watch.look();
      assertThat(said(watch, "sink")).contains("for 4 min");
    }
  }

  @Test
  void whileKafkaIsAwayNobodyIsMissing() throws Exception {
    KafkaClients kafka;
    try (TestBroker broker = new TestBroker(directory.resolve("away"))) {
      kafka = broker.kafka();
    }
    try (kafka;
        ServiceWatch watch = new ServiceWatch(kafka::admin, nanos::get)) {
      watch.begin();
      pass(ServiceWatch.GRACE);
      watch.look();
      assertThat(watch.presences()).noneMatch(ServicePresence::missing);
      assertThat(said(watch, "sink")).startsWith("not known: ");
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static String said(ServiceWatch watch, String name) {
    return watch.presences().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .said();
  }

  private static void until(ServiceWatch watch, KafkaConsumer<?, ?> member, String name) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              member.poll(POLL);
              watch.look();
              return said(watch, name).equals("is at work");
            });
  }

  private static KafkaConsumer<byte[], byte[]> member(TestBroker broker, String group) {
    Map<String, Object> all = new HashMap<>(broker.properties());
    all.put("group.id", group);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(Topics.OS_ENRICHED.name()));
    return consumer;
  }
}
