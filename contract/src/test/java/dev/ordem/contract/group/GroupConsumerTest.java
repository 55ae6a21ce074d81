package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** None reaches a broker. */
class GroupConsumerTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-02T12:00:00Z"));

  @Test
  void itEndsWithTheFirstPollAfterTheClockWasSetBack() {
    Map<String, Object> config = Map.of("bootstrap.servers", "127.0.0.1:1");
    try (GroupConsumer consumer = new GroupConsumer(config, new HostClock(now::get, () -> 0L))) {
      consumer.assign(List.of(new TopicPartition("os-headers", 0)));
      consumer.pause(consumer.assignment());
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();

      now.updateAndGet(before -> before.minusSeconds(300));
      assertThatThrownBy(() -> consumer.poll(Duration.ZERO))
          .isInstanceOf(ClockSetBackException.class)
          .hasMessageContaining("clock was set back");
    }
  }
}
