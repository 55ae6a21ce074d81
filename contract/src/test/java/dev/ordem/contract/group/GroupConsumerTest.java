package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** None reaches a broker. */
class GroupConsumerTest {
  private final WatchedClock clock = new WatchedClock();
  private final ClockWatch watch = clock.watch;

  private GroupConsumer consumer() {
    GroupConsumer consumer = new GroupConsumer(Map.of("bootstrap.servers", "127.0.0.1:1"), watch);
    consumer.assign(List.of(new TopicPartition("os-headers", 0)));
    consumer.pause(consumer.assignment());
    return consumer;
  }

  @Test
  void itEndsWithTheFirstPollAfterTheClockWasSetBack() {
    try (GroupConsumer consumer = consumer()) {
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      clock.setBack(2);
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      clock.setBack(300);
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
      clock.setBack(300);
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
