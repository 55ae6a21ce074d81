package dev.ordem.detail.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.group.ClockWatch;
import dev.ordem.detail.ledger.partition.Activity;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a poll of the ledger may take; none reaches a broker. */
class RestingConsumerTest {
  private static final Duration USUAL = Duration.ofMillis(100);
  private static final Duration REST = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong();
  private final RestingConsumer consumer =
      new RestingConsumer(
          Map.of("bootstrap.servers", "127.0.0.1:1"),
          new Activity(nanos::get),
          new DeletedRecords(),
          new ClockWatch(Runnable::run));

  @AfterEach
  void close() {
    consumer.close();
  }

  @Test
  void itRestsOnlyAWhileAfterTheLastActivity() {
    assertThat(consumer.longest(USUAL)).isEqualTo(USUAL);
    beQuiet();
    assertThat(consumer.longest(USUAL)).isEqualTo(REST);
  }

  @Test
  void itNeverRestsWhereStreamsDoesNotWaitAtAllOrWaitsLonger() {
    beQuiet();
    assertThat(consumer.longest(Duration.ZERO)).isEqualTo(Duration.ZERO);
    assertThat(consumer.longest(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void itDoesNotRestWhileAPartitionIsRestored() {
    TopicPartition partition = new TopicPartition("os-headers", 0);
    consumer.assign(List.of(partition));
    consumer.pause(List.of(partition));
    beQuiet();
    assertThat(consumer.longest(USUAL)).isEqualTo(USUAL);
  }

  private void beQuiet() {
    nanos.set(Duration.ofSeconds(10).toNanos());
  }
}
