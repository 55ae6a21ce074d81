package dev.ordem.detail.fetch;

import static dev.ordem.detail.fetch.StubTiny.detail;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchLoopTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Interval AT = StubTiny.AT;
  private static final String REQUESTS = Topics.OS_DETAIL_REQUESTS.name();
  private static final TopicPartition FIRST = new TopicPartition(REQUESTS, 0);
  private static final TopicPartition SECOND = new TopicPartition(REQUESTS, 1);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final StubTiny tiny = new StubTiny();
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final ResultWriter results =
      new ResultWriter(producer, new ClockWatch(Runnable::run), clock);
  private final Carrier carrier = new Carrier(tiny, results, 2, clock, Duration.ofSeconds(5));
  private final FetchLoop loop = new FetchLoop(consumer, producer, carrier, clock);

  @BeforeEach
  void assign() {
    consumer.subscribe(List.of(REQUESTS), loop);
    consumer.rebalance(List.of(FIRST, SECOND));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
  }

  @AfterEach
  void stop() {
    tiny.open.values().forEach(CountDownLatch::countDown);
    carrier.close();
  }

  @Test
  void eachWayACallEndsIsAResultOfItsOwn() {
    tiny.answers.put(1L, new Answer.Ok<>(detail(1), AT));
    tiny.answers.put(2L, new Answer.NotFound<>("GET: 404", AT));
    tiny.answers.put(3L, new Answer.Failed<>(error(TinyError.Cause.SERVER, 500)));
    tiny.answers.put(4L, new Answer.Rejected<>(error(TinyError.Cause.NOT_JSON, null)));
    tiny.answers.put(5L, new Answer.Later<>(NOW.plusSeconds(30), WaitReason.BREAKER));
    tiny.answers.put(
        6L,
        new Answer.Later<>(
            NOW.plusSeconds(30), WaitReason.BREAKER, error(TinyError.Cause.SERVER, 503)));
    for (long id = 1; id <= 6; id++) {
      arrive(FIRST, id - 1, request("conta-" + id, id, Lane.HOT));
    }
    turnUntil(() -> results().size() == 6);

    Map<Long, DetailResult> byId = new ConcurrentHashMap<>();
    results().forEach(result -> byId.put(result.request().osId(), result));
    assertThat(byId.get(1L)).isInstanceOf(DetailResult.Fetched.class);
    assertThat(((DetailResult.Fetched) requireNonNull(byId.get(1L))).detail().tecnico())
        .isEqualTo("Ana");
    assertThat(byId.get(2L)).isInstanceOf(DetailResult.Gone.class);
    assertThat(List.of(requireNonNull(byId.get(1L)), requireNonNull(byId.get(2L))))
        .extracting(DetailResult::endedAt)
        .containsOnly(AT.answered());
    assertThat(((DetailResult.Failed) requireNonNull(byId.get(3L))).failure().cause())
        .isEqualTo("server-500");
    assertThat(((DetailResult.Rejected) requireNonNull(byId.get(4L))).failure().cause())
        .isEqualTo("not-json");
    assertThat(((DetailResult.Deferred) requireNonNull(byId.get(5L))).until())
        .isEqualTo(NOW.plusSeconds(30));
    assertThat(((DetailResult.Failed) requireNonNull(byId.get(6L))).failure().cause())
        .as("a request that failed is an attempt, whatever kept it from being repeated")
        .isEqualTo("server-503");
    turnUntil(() -> committed(FIRST) == 6);
  }

  @Test
  void theOffsetStaysBelowASlowCallWhichHoldsUpNothingElse() {
    tiny.hold(1);
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    arrive(SECOND, 0, request("filial", 3, Lane.HOT));
    turnUntil(() -> results().size() == 2 && committed(SECOND) == 1);
    assertThat(committed(FIRST)).isEqualTo(0);

    tiny.release(1);
    turnUntil(() -> committed(FIRST) == 2);
    assertThat(results()).hasSize(3);
  }

  @Test
  void aPartitionIsPausedWhenItIsFullAndGoesOnWhenItIsNot() {
    tiny.hold(1);
    for (int offset = 0; offset < FetchLoop.FULL; offset++) {
      arrive(FIRST, offset, request("loja", offset + 1L, Lane.HOT));
    }
    turnUntil(() -> results().size() == FetchLoop.FULL - 1);
    assertThat(consumer.paused()).containsExactly(FIRST);

    tiny.release(1);
    turnUntil(() -> consumer.paused().isEmpty());
    assertThat(committed(FIRST)).isEqualTo(FetchLoop.FULL);
  }

  @Test
  void whatAPersonWaitsForGoesBeforeTheRest() {
    tiny.hold(1);
    tiny.hold(2);
    arrive(FIRST, 0, request("loja", 1, Lane.BACKFILL));
    arrive(FIRST, 1, request("loja", 2, Lane.BACKFILL));
    turnUntil(() -> tiny.begun.size() == 2);
    arrive(FIRST, 2, request("loja", 3, Lane.BACKFILL));
    arrive(FIRST, 3, request("loja", 4, Lane.REFRESH));
    turn();
    tiny.release(1);
    turnUntil(() -> results().size() == 3);

    assertThat(tiny.begun.subList(2, 4)).containsExactly(4L, 3L);
    assertThat(tiny.priorities).containsEntry(4L, Priority.REFRESH);
    assertThat(tiny.priorities).containsEntry(3L, Priority.BACKLOG);
  }

  @Test
  void anAccountThatIsDeferredIsNotAskedAgainBeforeTheTimeButByPeople() {
    tiny.answers.put(1L, new Answer.Later<>(NOW.plusSeconds(30), WaitReason.QUOTA));
    arrive(FIRST, 0, request("loja", 1, Lane.BACKFILL));
    turnUntil(() -> results().size() == 1);
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    turnUntil(() -> results().size() == 2);
    assertThat(results().get(1)).isInstanceOf(DetailResult.Deferred.class);
    assertThat(tiny.begun).containsExactly(1L);

    arrive(FIRST, 2, request("filial", 3, Lane.HOT));
    turnUntil(() -> results().size() == 3);
    arrive(FIRST, 3, request("loja", 4, Lane.REFRESH));
    turnUntil(() -> results().size() == 4);
    assertThat(tiny.begun).containsExactly(1L, 3L, 4L);
    assertThat(results().subList(2, 4)).allMatch(DetailResult.Fetched.class::isInstance);
  }

  @Test
  void aRequestThatCannotBeReadGoesToTheDlqAndTheRestProceeds() {
    byte[] poison = "{}".getBytes(StandardCharsets.UTF_8);
    consumer.addRecord(new ConsumerRecord<>(REQUESTS, 0, 0, null, poison));
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    turnUntil(() -> committed(FIRST) == 2);

    assertThat(results()).hasSize(1);
    assertThat(producer.history())
        .filteredOn(record -> record.topic().equals(Topics.DLQ.name()))
        .extracting(ProducerRecord::value)
        .containsExactly(poison);
  }

  @Test
  void aRequestOfANewerSchemaStopsTheFetcherBeforeIt() {
    consumer.addRecord(
        new ConsumerRecord<>(
            REQUESTS, 0, 1, null, "{\"schema\":99}".getBytes(StandardCharsets.UTF_8)));
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    arrive(FIRST, 2, request("loja", 3, Lane.HOT));

    assertThatThrownBy(() -> turnUntil(() -> false)).hasMessageContaining("upgrade this service");

    assertThat(committed(FIRST)).isLessThanOrEqualTo(1);
    assertThat(tiny.begun).doesNotContain(3L);
    assertThat(producer.history())
        .filteredOn(record -> record.topic().equals(Topics.DLQ.name()))
        .isEmpty();
  }

  @Test
  void requestsOfAPartitionThatWentElsewhereAreNotBegun() {
    tiny.hold(1);
    tiny.hold(2);
    for (long id = 1; id <= 4; id++) {
      arrive(FIRST, id - 1, request("loja", id, Lane.HOT));
    }
    turnUntil(() -> tiny.begun.size() == 2);
    consumer.rebalance(List.of(SECOND));
    tiny.release(1);
    tiny.release(2);
    carrier.close();

    assertThat(tiny.begun).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void anAnswerThatKafkaRefusesEndsTheLoop() {
    producer.sendException = new AuthorizationException("not allowed");
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));

    assertThatThrownBy(() -> turnUntil(() -> false)).hasRootCauseMessage("not allowed");
    assertThat(committed(FIRST)).isEqualTo(0);
  }

  @Test
  void whenTinyWasAskedAndHadAnsweredIsTold() {
    tiny.answers.put(2L, new Answer.NotFound<>("GET: 404", AT));
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    turnUntil(() -> results().size() == 2);

    for (DetailResult result : results()) {
      assertThat(result.endedAt()).isEqualTo(AT.answered());
      Instant asked =
          result instanceof DetailResult.Fetched fetched
              ? fetched.askedAt()
              : ((DetailResult.Gone) result).askedAt();
      assertThat(asked).isEqualTo(AT.asked());
    }
  }

  @Test
  void aRequestThatNobodyWaitsForAnyMoreCostsNoCallAndClosesNothing() {
    Instant before = NOW.minusSeconds(900);
    DetailRequest expired =
        new DetailRequest(new UUID(1, 1), "loja", 1, null, Lane.HOT, 1, before, NOW);
    tiny.hold(8);
    tiny.hold(9);
    arrive(SECOND, 0, request("loja", 8, Lane.HOT));
    arrive(SECOND, 1, request("loja", 9, Lane.HOT));
    turnUntil(() -> tiny.begun.size() == 2);
    arrive(FIRST, 0, expired);
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    turn();
    tiny.release(8);
    tiny.release(9);
    turnUntil(() -> committed(FIRST) == 2);

    assertThat(tiny.begun).containsExactlyInAnyOrder(8L, 9L, 2L);
    assertThat(results())
        .filteredOn(result -> result instanceof DetailResult.Deferred)
        .map(result -> ((DetailResult.Deferred) result).reason())
        .containsExactly("expired");
  }

  /** This host's clock is a day ahead of the ledger's: it knows nothing of what has expired. */
  @Test
  void aWrongClockExpiresNoRequest() {
    Instant ledger = NOW.minus(Duration.ofDays(1));
    arrive(
        FIRST,
        0,
        new DetailRequest(
            new UUID(1, 1), "loja", 1, null, Lane.HOT, 1, ledger, ledger.plusSeconds(900)));
    turnUntil(() -> committed(FIRST) == 1);

    assertThat(tiny.begun).containsExactly(1L);
    assertThat(results()).hasOnlyElementsOfType(DetailResult.Fetched.class);
  }

  @Test
  void aDetailThatMakesNoRecordIsRefusedForItsOrderAndTheRestProceeds() {
    OrderDetail large = detail(1, "x".repeat(Answers.MOST_BYTES));
    tiny.answers.put(1L, new Answer.Ok<>(large, AT));
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    arrive(FIRST, 1, request("loja", 2, Lane.HOT));
    turnUntil(() -> committed(FIRST) == 2);

    assertThat(results())
        .filteredOn(result -> result instanceof DetailResult.Rejected)
        .map(result -> ((DetailResult.Rejected) result).failure().cause())
        .containsExactly("too-large");
    assertThat(results()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aResultIsSentUpToTheLimitAndRefusedBeyondIt(int more) {
    tiny.answers.put(1L, new Answer.Ok<>(detail(1), AT));
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    turnUntil(() -> committed(FIRST) == 1);
    int beside = producer.history().get(0).value().length;
    String text = "x".repeat(Answers.MOST_BYTES - beside + more);
    tiny.answers.put(1L, new Answer.Ok<>(detail(1, text), AT));
    arrive(FIRST, 1, request("loja", 1, Lane.HOT));
    turnUntil(() -> committed(FIRST) == 2);

    assertThat(producer.history().get(1).value().length <= Answers.MOST_BYTES).isTrue();
    assertThat(results().get(1) instanceof DetailResult.Fetched).isEqualTo(more <= 0);
    assertThat(results().get(1) instanceof DetailResult.Rejected).isEqualTo(more > 0);
  }

  @Test
  void anErrorInAThreadEndsTheLoop() {
    tiny.error = new StackOverflowError("a defect");
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    assertThatThrownBy(() -> turnUntil(() -> false))
        .hasRootCauseInstanceOf(StackOverflowError.class);
    assertThat(committed(FIRST)).isEqualTo(0);
  }

  @Test
  void callsUnderWayAreAnsweredBeforeTheirPartitionGoesElsewhere() {
    tiny.hold(1);
    arrive(FIRST, 0, request("loja", 1, Lane.HOT));
    turnUntil(() -> tiny.begun.size() == 1);
    tiny.releaseSoon(1);
    consumer.rebalance(List.of(SECOND));

    assertThat(results()).hasSize(1);
    consumer.rebalance(List.of(FIRST, SECOND));
    assertThat(committed(FIRST)).as("it is not asked for again").isEqualTo(1);
  }

  private void turnUntil(java.util.concurrent.Callable<Boolean> condition) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              loop.turn();
              return condition.call();
            });
  }

  private void turn() {
    try {
      loop.turn();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void arrive(TopicPartition partition, long offset, DetailRequest request) {
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_DETAIL_REQUESTS.record(request.key().toString(), request);
    consumer.addRecord(
        new ConsumerRecord<>(
            REQUESTS, partition.partition(), offset, record.key(), record.value()));
  }

  private List<DetailResult> results() {
    List<DetailResult> results = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : producer.history()) {
      if (record.topic().equals(Topics.OS_DETAIL_RESULTS.name())) {
        results.add(
            Topics.OS_DETAIL_RESULTS
                .valueSerde()
                .deserializer()
                .deserialize(record.topic(), record.value()));
      }
    }
    return results;
  }

  private long committed(TopicPartition partition) {
    @Nullable OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? 0 : offset.offset();
  }

  private static DetailRequest request(String account, long id, Lane lane) {
    return new DetailRequest(new UUID(1, id), account, id, null, lane, 1, NOW, null);
  }

  private static TinyError error(TinyError.Cause cause, @Nullable Integer status) {
    return new TinyError(cause, "GET failed", "<html>", status);
  }
}
