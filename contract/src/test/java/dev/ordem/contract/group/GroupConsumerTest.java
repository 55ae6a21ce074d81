package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** None reaches a broker. */
class GroupConsumerTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-02T12:00:00Z"));
  private final ClockWatch watch =
      new ClockWatch(new HostClock(now::get, () -> 0L, Duration.ofSeconds(3)), Runnable::run);

  private GroupConsumer consumer() {
    GroupConsumer consumer = new GroupConsumer(Map.of("bootstrap.servers", "127.0.0.1:1"), watch);
    consumer.assign(List.of(new TopicPartition("os-headers", 0)));
    consumer.pause(consumer.assignment());
    return consumer;
  }

  private void setBack(long seconds) {
    now.updateAndGet(before -> before.minusSeconds(seconds));
    watch.look();
  }

  @Test
  void itEndsWithTheFirstPollAfterTheClockWasSetBack() {
    try (GroupConsumer consumer = consumer()) {
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      setBack(2);
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      setBack(300);
      assertThatThrownBy(() -> consumer.poll(Duration.ZERO))
          .isInstanceOf(ClockSetBackException.class)
          .hasMessageContaining("clock was set back");
    }
    try (GroupConsumer next = consumer()) {
      assertThat(next.poll(Duration.ZERO)).isEmpty();
    }
  }

  /** Kafka's own timer stands still then. */
  @Test
  void aPollIntoWhichTheStepFallsEnds() throws Exception {
    try (GroupConsumer consumer = consumer()) {
      CompletableFuture<Void> polling =
          CompletableFuture.runAsync(() -> consumer.poll(Duration.ofHours(1)));
      while (!watch.anyPolls()) {
        Thread.onSpinWait();
      }
      setBack(300);
      assertThatThrownBy(() -> polling.get(1, TimeUnit.MINUTES))
          .hasCauseInstanceOf(ClockSetBackException.class);
    }
  }

  @Test
  void whoeverElseWakesItIsToldAsByAnyConsumer() {
    try (GroupConsumer consumer = consumer()) {
      consumer.wakeup();
      assertThatThrownBy(() -> consumer.poll(Duration.ofHours(1)))
          .isInstanceOf(WakeupException.class);
    }
  }
}
