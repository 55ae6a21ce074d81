package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No client reaches a broker. */
@Timeout(60)
class ReplacedClientTest {
  private static final Map<String, Object> NOWHERE = Map.of("bootstrap.servers", "127.0.0.1:1");
  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("os-headers", new byte[] {1});

  private final WatchedClock clock = new WatchedClock();
  private final ClockWatch watch = clock.watch;
  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();

  private MockProducer<byte[], byte[]> make() {
    MockProducer<byte[], byte[]> one =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    made.add(one);
    return one;
  }

  @Test
  void anotherProducerSendsWhatComesAfterTheClockWasSetBack() throws Exception {
    try (Producer<byte[], byte[]> producer = ReplacedClient.producer(this::make, watch)) {
      producer.send(RECORD).get();
      clock.setBack(300);
      assertThat(made.get(0).closed()).isTrue();
      producer.send(RECORD).get();
    }
    assertThat(made).hasSize(2).allMatch(MockProducer::closed);
    assertThat(made).allMatch(one -> one.history().size() == 1);
  }

  @Test
  void whatIsClosedStaysClosed() {
    Producer<byte[], byte[]> producer = ReplacedClient.producer(this::make, watch);
    producer.close();
    clock.setBack(300);
    assertThatThrownBy(() -> producer.send(RECORD)).isInstanceOf(IllegalStateException.class);
    assertThat(made).hasSize(1);
  }

  /** As where the brokers are away, and their name with them. */
  @Test
  void whileNoOtherCanBeMadeItStays() throws Exception {
    AtomicReference<KafkaException> trouble = new AtomicReference<>();
    try (Producer<byte[], byte[]> producer =
        ReplacedClient.producer(
            () -> {
              if (trouble.get() != null) {
                throw trouble.get();
              }
              return make();
            },
            watch)) {
      trouble.set(new KafkaException("no resolvable bootstrap urls"));
      clock.setBack(300);
      producer.send(RECORD).get();
      assertThat(made).singleElement().matches(one -> !one.closed());
      int steps = watch.steps();

      trouble.set(null);
      watch.look();

      assertThat(watch.steps()).as("what fails now is due to that").isGreaterThan(steps);
      assertThat(made.get(0).closed()).isTrue();
      producer.send(RECORD).get();
    }
    assertThat(made).hasSize(2);
  }

  /** Whoever sees that it was set back and sends has another producer, which nobody closes. */
  @Test
  void theCountOfStepsMovesWhenTheOthersAreThereAndBeforeTheOldOnesEnd() {
    List<String> order = new ArrayList<>();
    WatchedClock noted =
        new WatchedClock(
            end -> {
              order.add("end");
              end.run();
            });
    ClockWatch noting = noted.watch;
    List<Integer> stepsWhenMade = new ArrayList<>();
    Producer<byte[], byte[]> producer =
        ReplacedClient.producer(
            () -> {
              stepsWhenMade.add(noting.steps());
              order.add("made");
              return make();
            },
            noting);
    noted.setBack(300);
    assertThat(stepsWhenMade).containsExactly(0, 0);
    assertThat(noting.steps()).isEqualTo(1);
    assertThat(order).containsExactly("made", "made", "end");
    producer.close();
  }

  @Test
  void whoWaitsForAProducerIsTold() throws Exception {
    Producer<byte[], byte[]> producer =
        ReplacedClient.producer(
            () ->
                new KafkaProducer<>(NOWHERE, new ByteArraySerializer(), new ByteArraySerializer()),
            watch);
    CompletableFuture<Future<RecordMetadata>> sending = new CompletableFuture<>();
    Thread sender = new Thread(() -> sending.complete(producer.send(RECORD)));
    sender.setUncaughtExceptionHandler((thread, e) -> sending.completeExceptionally(e));
    sender.start();
    while (sender.getState() != Thread.State.TIMED_WAITING && !sending.isDone()) {
      Thread.onSpinWait();
    }
    clock.setBack(300);
    assertThatThrownBy(sending::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(KafkaException.class);
    producer.close(Duration.ZERO);
  }

  @Test
  void whoWaitsForAnAdminIsTold() {
    Admin admin = ReplacedClient.admin(() -> Admin.create(NOWHERE), watch);
    Future<String> cluster = admin.describeCluster().clusterId();
    clock.setBack(300);
    assertThatThrownBy(cluster::get).isInstanceOf(ExecutionException.class);
    assertThat(admin.describeCluster().clusterId().isDone()).as("asked of another").isFalse();
    admin.close(Duration.ZERO);
  }
}
