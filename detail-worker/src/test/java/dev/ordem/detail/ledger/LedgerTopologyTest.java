package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.LedgerReport;
import dev.ordem.contract.Mode;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.partition.Activity;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import dev.ordem.detail.ledger.partition.LedgerMeters;
import dev.ordem.detail.ledger.partition.PartitionResources;
import dev.ordem.runtime.Environment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The topology as it is wired, configured as in production but for transactions: the driver throws
 * away what one holds when a record is skipped.
 */
class LedgerTopologyTest {
  private TopologyTestDriver driver;
  private boolean defect;
  private TestInputTopic<String, HeaderEvent> headers;
  private TestInputTopic<String, DetailResult> results;
  private Instant now = Given.T0;

  @BeforeEach
  void start(@TempDir Path stateDir) {
    Environment environment =
        Environment.of(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "nowhere:9092",
                "LEDGER_STATE_DIR",
                stateDir.toString()));
    PartitionResources shared =
        new PartitionResources(
            LedgerRules.DEFAULT,
            this::id,
            SplittableRandom::new,
            new LedgerMeters(new SimpleMeterRegistry(), account -> true),
            () -> now,
            new Activity(() -> 0),
            new DeletedRecords());
    Properties properties = LedgerSettings.from(environment).streamsProperties();
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    driver = new TopologyTestDriver(LedgerTopology.of(shared), properties, Given.T0);
    headers = input(Topics.OS_HEADERS);
    results = input(Topics.OS_DETAIL_RESULTS);
    headers.pipeInput(
        Given.ACCOUNT, new HeaderEvent.Baselined(Given.ACCOUNT, Given.GENERATION, Given.T0));
    read(Topics.SYNC_RUN_PROGRESS);
  }

  private UUID id() {
    if (defect) {
      throw new IllegalStateException("no id");
    }
    return UUID.randomUUID();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void aRunGoesFromHeadersToACompleteCount() {
    for (long id = 1; id <= 3; id++) {
      send(Given.seen(id, 0, 0));
    }
    List<DetailRequest> out = read(Topics.OS_DETAIL_REQUESTS);
    assertThat(out).hasSize(LedgerRules.WINDOW_MIN);
    headers.pipeInput(Given.RUN.toString(), Given.end(Given.RUN, Mode.FULL, 1));

    int answered = 0;
    while (!out.isEmpty()) {
      for (DetailRequest request : out) {
        answered++;
        results.pipeInput(
            request.key().toString(),
            Given.fetched(request, Given.detail(request.osId(), 6, "Notebook"), 2));
      }
      out = read(Topics.OS_DETAIL_REQUESTS);
    }

    assertThat(answered).isEqualTo(3);
    List<LedgerReport> told = read(Topics.SYNC_RUN_PROGRESS);
    RunProgress first = (RunProgress) told.get(0);
    assertThat(first.ended()).isTrue();
    assertThat(List.of(first.open(), first.settled())).containsExactly(3L, 0L);
    RunProgress last = (RunProgress) told.get(1);
    assertThat(List.of(last.seen(), last.fresh(), last.requested(), last.settled(), last.parked()))
        .containsExactly(3L, 3L, 3L, 3L, 0L);
    assertThat(last.endedAt()).isEqualTo(Given.at(1));
    AccountCertificate certificate = (AccountCertificate) told.get(2);
    assertThat(certificate.version()).isEqualTo(last.certificateVersion());
    assertThat(certificate.orders()).isEqualTo(3);
    List<StatusChange> changes = read(Topics.OS_STATUS_CHANGES);
    assertThat(changes).hasSize(6);
    List<EnrichedOrder> orders = read(Topics.OS_ENRICHED);
    assertThat(orders).hasSize(6);
    assertThat(orders.subList(3, 6)).allMatch(EnrichedOrder::detailsSynced);
  }

  @Test
  void aRecordThatCannotBeReadGoesToTheDlqAndTheRestProceeds() {
    byte[] poison = "{\"schema\":1,\"type\":\"seen\"}".getBytes(StandardCharsets.UTF_8);
    driver
        .createInputTopic(
            Topics.OS_HEADERS.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput("loja:1", poison);
    send(Given.seen(2, 0, 0));

    List<TestRecord<byte[], byte[]>> letters = letters();
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value()).isEqualTo(poison);
    assertThat(text(letters.get(0).headers(), DeadLetter.TOPIC))
        .isEqualTo(Topics.OS_HEADERS.name());
    assertThat(text(letters.get(0).headers(), DeadLetter.REASON)).contains("account");
    assertThat(read(Topics.OS_ENRICHED)).extracting(EnrichedOrder::osId).containsExactly(2L);
  }

  @Test
  void halfASurrogateThatSomebodyElseWroteGoesToTheDlqAndTheRestProceeds() {
    byte[] seen =
        Topics.OS_HEADERS.valueSerde().serializer().serialize("os-headers", Given.seen(1, 0, 0));
    String odd = new String(seen, StandardCharsets.UTF_8).replace("urgente", "\\ud800");
    driver
        .createInputTopic(
            Topics.OS_HEADERS.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput(Given.ACCOUNT + ":1", odd.getBytes(StandardCharsets.UTF_8));
    send(Given.seen(2, 0, 0));

    assertThat(letters()).hasSize(1);
    assertThat(read(Topics.OS_ENRICHED)).extracting(EnrichedOrder::osId).containsExactly(2L);
  }

  @Test
  void anAccountOrAnIdThatIsNoKeyGoesToTheDlqAndTheRestProceeds() {
    for (String account : List.of("Loja A", "", "loja:1")) {
      headers.pipeInput(account + ":1", seenBy(account, 1));
      headers.pipeInput(account, new HeaderEvent.Baselined(account, Given.GENERATION, Given.T0));
      headers.pipeInput(
          Given.RUN.toString(),
          new HeaderEvent.Canceled(account, Given.RUN, Given.T0, Given.READING));
      results.pipeInput(account + ":1", answer(account, 1));
    }
    for (long id : List.of(0L, -7L)) {
      headers.pipeInput("loja:" + id, seenBy(Given.ACCOUNT, id));
      results.pipeInput("loja:" + id, answer(Given.ACCOUNT, id));
    }
    send(Given.seen(2, 0, 0));

    assertThat(letters()).hasSize(16);
    assertThat(read(Topics.OS_ENRICHED)).extracting(EnrichedOrder::osId).containsExactly(2L);
  }

  @Test
  void aRecordOfANewerVersionStopsTheLedgerBeforeIt() {
    byte[] newer = "{\"schema\":99,\"type\":\"seen\"}".getBytes(StandardCharsets.UTF_8);
    TestInputTopic<String, byte[]> raw =
        driver.createInputTopic(
            Topics.OS_HEADERS.name(), new StringSerializer(), new ByteArraySerializer());
    assertThatThrownBy(() -> raw.pipeInput("loja:1", newer))
        .hasRootCauseInstanceOf(NewerSchemaException.class)
        .rootCause()
        .hasMessageContaining("upgrade this service");
    assertThat(letters()).isEmpty();
  }

  @Test
  void aRecordThatCannotBeReadAndIsNearTheLimitLeavesALetterThatFits() {
    byte[] poison = "{\"schema\":1}".concat(" ".repeat(1_040_000)).getBytes(StandardCharsets.UTF_8);
    driver
        .createInputTopic(
            Topics.OS_HEADERS.name(), new StringSerializer(), new ByteArraySerializer())
        .pipeInput("loja:1", poison);
    TestRecord<byte[], byte[]> letter = letters().get(0);
    assertThat(letter.value()).hasSizeLessThan(RecordLimits.VALUE);
    assertThat(text(letter.headers(), DeadLetter.REASON)).contains("of 1040012 bytes");
  }

  @Test
  void aDefectThatNobodyThoughtOfGoesToTheDlqAndTheRestProceeds() {
    defect = true;
    send(Given.seen(1, 0, 0)); // the request's id cannot be made
    defect = false;
    send(Given.seen(2, 0, 0));
    assertThat(letters()).isNotEmpty();
    assertThat(read(Topics.OS_ENRICHED)).extracting(EnrichedOrder::osId).containsExactly(1L, 2L);
    assertThat(read(Topics.OS_DETAIL_REQUESTS)).extracting(DetailRequest::osId).containsExactly(2L);
    pass(Duration.ofSeconds(5));
    assertThat(letters()).as("one letter, not one each moment").isEmpty();
    send(Given.seenBy(Given.OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 3), 10));
    assertThat(read(Topics.OS_DETAIL_REQUESTS)).hasSize(1);
  }

  @Test
  void whatAPartitionTellsOfItselfGoesIntoThePartitionOfItsNumber() {
    assertThat(LedgerTopology.ownPartition("t", Given.RUN + ":4", null, 6)).contains(Set.of(4));
    assertThat(LedgerTopology.ownPartition("t", "account:loja:5", null, 6)).contains(Set.of(5));
  }

  private static HeaderEvent.Seen seenBy(String account, long id) {
    return seenIn(account, id, Given.READING);
  }

  private static HeaderEvent.Seen seenIn(String account, long id, long reading) {
    HeaderEvent.Seen one = Given.seen(id, 0, 0);
    return new HeaderEvent.Seen(
        account, Given.RUN, Mode.FULL, false, one.header(), Given.T0, Given.T0, reading);
  }

  private static DetailResult answer(String account, long id) {
    DetailRequest request =
        new DetailRequest(new UUID(1, 1), account, id, null, Lane.HOT, 1, Given.T0, null);
    return new DetailResult.Gone(request, Given.T0, Given.T0);
  }

  /** Its run must not say that nothing is missing: neither ledger nor Postgres knows the order. */
  @Test
  void aHeaderThatGoesToTheDlqIsHeldAgainstItsRunUntilAllIsReadAgain() {
    headers.pipeInput("loja:9", seenIn(Given.ACCOUNT, 1, 7));
    headers.pipeInput(
        "loja:2", seenIn(Given.ACCOUNT, 2, 8)); // another producer goes on with the next page
    end(8, 5);
    assertThat(lastProgress().refused()).isEqualTo(1);

    headers.pipeInput("loja:1", seenIn(Given.ACCOUNT, 1, 9));
    end(9, 10);
    assertThat(lastProgress().refused()).isZero();
  }

  private void end(long reading, long beganAt) {
    headers.pipeInput(
        Given.RUN.toString(),
        new HeaderEvent.EndOfHeaders(
            Given.ACCOUNT,
            Given.RUN,
            Mode.FULL,
            Given.T0,
            reading,
            false,
            Instant.ofEpochMilli(beganAt)));
  }

  private RunProgress lastProgress() {
    return read(Topics.SYNC_RUN_PROGRESS).stream()
        .filter(RunProgress.class::isInstance)
        .map(RunProgress.class::cast)
        .reduce((before, last) -> last)
        .orElseThrow();
  }

  @Test
  void aRecordUnderAWrongKeyGoesToTheDlqAndTheRestProceeds() {
    headers.pipeInput("loja:9", Given.seen(1, 0, 0));
    headers.pipeInput("loja:9", null);
    send(Given.seen(2, 0, 0));

    assertThat(letters()).hasSize(2);
    assertThat(read(Topics.OS_ENRICHED)).extracting(EnrichedOrder::osId).containsExactly(2L);
  }

  @Test
  void anOrderThatIsParkedLeavesItsLastAnswerInTheDlq() {
    send(Given.seen(1, 0, 0));
    DetailRequest request = read(Topics.OS_DETAIL_REQUESTS).get(0);
    results.pipeInput(
        request.key().toString(), new DetailResult.Rejected(request, Given.OUTAGE, Given.at(1)));

    TestRecord<byte[], byte[]> letter = letters().get(0);
    assertThat(text(letter.headers(), DeadLetter.REASON)).startsWith("http-500: ");
    assertThat(
            Topics.OS_DETAIL_RESULTS
                .valueSerde()
                .deserializer()
                .deserialize(Topics.DLQ.name(), letter.value()))
        .isInstanceOf(DetailResult.Rejected.class);
  }

  @Test
  void whatARecordLeadsToCarriesItsTraceAndItsOwnAttributes() {
    TestRecord<String, HeaderEvent> record = new TestRecord<>("loja:1", Given.seen(1, 0, 0));
    record.headers().add("traceparent", "00-abc-def-01".getBytes(StandardCharsets.UTF_8));
    headers.pipeInput(record);

    Headers told = records(Topics.OS_STATUS_CHANGES).get(0).headers();
    assertThat(text(told, "traceparent")).isEqualTo("00-abc-def-01");
    assertThat(text(told, "ce_type")).isEqualTo("dev.ordem.status-change");
  }

  @Test
  void aHeaderThatCrossedTheTopicTwiceIsTheSameHeader() {
    send(Given.seen(1, 0, 0));
    send(Given.seenBy(Given.OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 0), 1));
    pass(Duration.ofSeconds(1));

    List<RunProgress> runs =
        read(Topics.SYNC_RUN_PROGRESS).stream()
            .filter(RunProgress.class::isInstance)
            .map(RunProgress.class::cast)
            .toList();
    assertThat(runs)
        .extracting(RunProgress::fresh, RunProgress::changed, RunProgress::unchanged)
        .containsExactly(tuple(1L, 0L, 0L), tuple(0L, 0L, 1L));
  }

  @Test
  void timePassingSendsARetryOut() {
    send(Given.seen(1, 0, 0));
    DetailRequest request = read(Topics.OS_DETAIL_REQUESTS).get(0);
    results.pipeInput(
        request.key().toString(), new DetailResult.Failed(request, Given.OUTAGE, Given.at(1)));
    pass(Duration.ofSeconds(29));
    assertThat(read(Topics.OS_DETAIL_REQUESTS)).isEmpty();

    pass(Duration.ofSeconds(2));

    assertThat(read(Topics.OS_DETAIL_REQUESTS))
        .extracting(DetailRequest::attempt)
        .containsExactly(2);
  }

  private void send(HeaderEvent.OfOrder event) {
    headers.pipeInput(event.key().toString(), event);
  }

  private <V> TestInputTopic<String, V> input(Topic<V> topic) {
    return driver.createInputTopic(
        topic.name(), new StringSerializer(), topic.valueSerde().serializer());
  }

  private <V> List<TestRecord<String, V>> records(Topic<V> topic) {
    return driver
        .createOutputTopic(
            topic.name(), new StringDeserializer(), topic.valueSerde().deserializer())
        .readRecordsToList();
  }

  private <V> List<V> read(Topic<V> topic) {
    return records(topic).stream().map(TestRecord::value).toList();
  }

  private List<TestRecord<byte[], byte[]>> letters() {
    return driver
        .createOutputTopic(
            Topics.DLQ.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private static String text(Headers headers, String name) {
    return new String(
        requireNonNull(headers.lastHeader(name), name).value(), StandardCharsets.UTF_8);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }
}
