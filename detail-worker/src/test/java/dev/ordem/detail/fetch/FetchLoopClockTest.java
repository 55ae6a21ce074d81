package dev.ordem.detail.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockSetBackException;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.GroupMember;
import dev.ordem.contract.group.HostClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A consumer that does not survive its host's clock, and the next. */
class FetchLoopClockTest {
  private static final String REQUESTS = Topics.OS_DETAIL_REQUESTS.name();
  private static final TopicPartition FIRST = new TopicPartition(REQUESTS, 0);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Clock clock = Clock.systemUTC();
  private final AtomicReference<Instant> hostTime =
      new AtomicReference<>(Instant.parse("2026-03-02T12:00:00Z"));
  private final ClockWatch watch =
      new ClockWatch(new HostClock(hostTime::get, () -> 0L, Duration.ofSeconds(3)), Runnable::run);

  @Test
  void theNextConsumerGoesOnWithTheSameCarrier() throws Exception {
    MockConsumer<byte[], byte[]> silenced = new MockConsumer<>("earliest");
    silenced.schedulePollTask(this::setBack);
    silenced.setPollException(new ClockSetBackException());
    MockConsumer<byte[], byte[]> next = new MockConsumer<>("earliest");
    next.updateBeginningOffsets(Map.of(FIRST, 0L));
    next.schedulePollTask(
        () -> {
          next.rebalance(List.of(FIRST));
          next.addRecord(request());
        });
    Deque<MockConsumer<byte[], byte[]>> consumers = new ArrayDeque<>(List.of(silenced, next));
    GroupMember member = new GroupMember(consumers::pop, watch, Duration.ofSeconds(5), told -> {});
    BooleanSupplier running = () -> producer.history().isEmpty();
    try (Carrier carrier = carrier(producer)) {
      member.run(
          running, consumer -> new FetchLoop(consumer, producer, carrier, clock).run(running));
    }
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsExactly(Topics.OS_DETAIL_RESULTS.name());
  }

  /** The producer's place is taken by another one while an answer is on its way. */
  @Test
  void anAnswerThatWasNotSentIsSentOnceMore() throws Exception {
    MockProducer<byte[], byte[]> first = unacknowledged();
    Progress progress = new Progress();
    try (Carrier carrier = carrier(first)) {
      carrier.carry(asked(), null, progress.begin(0));
      await().until(() -> first.history().size() == 1);
      setBack();
      first.errorNext(new KafkaException("forcefully closed"));
      await().until(() -> first.history().size() == 2);
      first.completeNext();
      await().until(() -> progress.advance().isPresent());
      assertThat(carrier.failure()).isEmpty();
    }
  }

  @Test
  void anAnswerThatTheBrokersDoNotTakeInTimeIsSentUntilTheyDo() throws Exception {
    MockProducer<byte[], byte[]> away = unacknowledged();
    Progress progress = new Progress();
    try (Carrier carrier = carrier(away)) {
      carrier.carry(asked(), null, progress.begin(0));
      for (int tries = 1; tries < 3; tries++) {
        int sent = tries;
        await().until(() -> away.history().size() == sent);
        away.errorNext(new TimeoutException("no broker"));
      }
      await().until(() -> away.history().size() == 3);
      away.completeNext();
      await().until(() -> progress.advance().isPresent());
      assertThat(carrier.failure()).isEmpty();
    }
  }

  @Test
  void anAnswerThatCannotBeSentOtherwiseIsAFailure() throws Exception {
    MockProducer<byte[], byte[]> refusing = unacknowledged();
    try (Carrier carrier = carrier(refusing)) {
      carrier.carry(asked(), null, new Progress().begin(0));
      await().until(() -> refusing.history().size() == 1);
      refusing.errorNext(new KafkaException("not authorized"));
      assertThat(carrier.failure()).isPresent();
    }
  }

  private Carrier carrier(MockProducer<byte[], byte[]> to) {
    ResultWriter results = new ResultWriter(to, watch, clock);
    return new Carrier(new StubTiny(), results, 2, clock, Duration.ofSeconds(5));
  }

  private static MockProducer<byte[], byte[]> unacknowledged() {
    return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void setBack() {
    hostTime.updateAndGet(before -> before.minusSeconds(300));
    watch.look();
  }

  private DetailRequest asked() {
    return new DetailRequest(new UUID(1, 1), "loja", 1, null, Lane.HOT, 1, clock.instant(), null);
  }

  private ConsumerRecord<byte[], byte[]> request() {
    DetailRequest request = asked();
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_DETAIL_REQUESTS.record(request.key().toString(), request);
    return new ConsumerRecord<>(REQUESTS, 0, 0, record.key(), record.value());
  }
}
