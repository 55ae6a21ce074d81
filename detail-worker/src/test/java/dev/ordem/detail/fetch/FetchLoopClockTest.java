package dev.ordem.detail.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockSetBackException;
import dev.ordem.contract.group.GroupMember;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A consumer that does not survive its host's clock, and the next. */
class FetchLoopClockTest {
  private static final String REQUESTS = Topics.OS_DETAIL_REQUESTS.name();
  private static final TopicPartition FIRST = new TopicPartition(REQUESTS, 0);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Clock clock = Clock.systemUTC();

  @Test
  void theNextConsumerGoesOnWithTheSameCarrier() throws Exception {
    MockConsumer<byte[], byte[]> silenced = new MockConsumer<>("earliest");
    silenced.setPollException(new ClockSetBackException());
    MockConsumer<byte[], byte[]> next = new MockConsumer<>("earliest");
    next.updateBeginningOffsets(Map.of(FIRST, 0L));
    next.schedulePollTask(
        () -> {
          next.rebalance(List.of(FIRST));
          next.addRecord(request());
        });
    Deque<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>(List.of(silenced, next));
    GroupMember member = new GroupMember(consumers::pop, Duration.ofSeconds(5), told -> {});
    BooleanSupplier running = () -> producer.history().isEmpty();
    try (Carrier carrier = new Carrier(new StubTiny(), producer, 2, clock, Duration.ofSeconds(5))) {
      member.run(
          running, consumer -> new FetchLoop(consumer, producer, carrier, clock).run(running));
    }
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly(Topics.OS_DETAIL_RESULTS.name());
  }

  private ConsumerRecord<byte[], byte[]> request() {
    DetailRequest request =
        new DetailRequest(new UUID(1, 1), "loja", 1, null, Lane.HOT, 1, clock.instant(), null);
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_DETAIL_REQUESTS.record(request.key().toString(), request);
    return new ConsumerRecord<>(REQUESTS, 0, 0, record.key(), record.value());
  }
}
