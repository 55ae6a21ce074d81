package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.HeaderQuery;
import dev.ordem.tiny.TinyError;
import dev.ordem.tiny.UnreadableHeader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunReaderTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Reading READING =
      new Reading(
          5, 7, Duration.ofHours(2), ZoneOffset.UTC, 3, Duration.ofMillis(1), Duration.ofMillis(2));

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Transactions transactions = new Transactions(kafka);
  private final RunBook book = new RunBook(transactions);

  @BeforeEach
  void begin() {
    transactions.begin();
  }

  @Test
  void aPageAndTheCursorBehindItAreOneTransaction() throws Exception {
    List<Integer> committed = new ArrayList<>();
    FakeTiny tiny = FakeTiny.holding(12);
    PageReader counting =
        (account, query) -> {
          committed.add(kafka.history().size());
          return tiny.read(account, query);
        };
    RunState run = read(counting, RunRequest.of("a", Mode.FULL));
    // the state when it begins; 5 headers and the cursor; 4 new ones and the cursor; 3 and it
    assertThat(committed).containsExactly(1, 1 + 6, 1 + 6 + 5);
    assertThat(ids(run.runId())).containsExactlyElementsOf(to(12));
    assertThat(events().get(0).time()).as("when Tiny said so").isEqualTo(FakeTiny.AT.answered());
    assertThat(run.headers()).isEqualTo(new Module(Module.Status.COMPLETE, 12, 12L, null));
    assertThat(Objects.requireNonNull(run.cursor()).highestId()).isEqualTo(12);
  }

  @Test
  void theMaximumIsExact() throws Exception {
    for (long max : List.of(1L, 5L, 7L, 12L)) {
      RunRequest request = new RunRequest("a", Mode.FULL, null, null, max, false, false);
      RunState run = read(FakeTiny.holding(12), request);
      assertThat(ids(run.runId())).hasSize((int) max);
      assertThat(run.headers().done()).isEqualTo(max);
      assertThat(book.history("a").knownId()).isEmpty();
    }
  }

  @Test
  void anIncrementalRunReadsWhatIsNewThenRecentDaysThenOpenOnes() throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    read(tiny, RunRequest.of("a", Mode.FULL));
    tiny.add(61, 3, LocalDate.of(2025, 1, 1));
    tiny.asked.clear();
    RunState run = read(tiny, RunRequest.of("a", Mode.INCREMENTAL));
    assertThat(ids(run.runId())).contains(61L, 60L, 10L, 20L).doesNotContain(1L, 11L);
    assertThat(tiny.asked.get(0).order()).isEqualTo(HeaderQuery.Order.DESC);
    assertThat(tiny.asked.get(1).dataInicial()).isEqualTo(LocalDate.of(2026, 2, 3));
    assertThat(tiny.asked).extracting(HeaderQuery::situacao).endsWith(0, 1, 2, 5, 6);
    assertThat(book.history("a").knownId()).contains(61L);
  }

  @Test
  void laterIsNoAttempt() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    AtomicInteger calls = new AtomicInteger();
    RunState run =
        read(
            (account, query) ->
                calls.incrementAndGet() <= 20
                    ? new Answer.Later<>(NOW.plusMillis(1), "quota")
                    : tiny.read(account, query),
            RunRequest.of("a", Mode.FULL));
    assertThat(run.headers().status()).isEqualTo(Module.Status.COMPLETE);
    assertThat(calls).hasValue(21);
  }

  @Test
  void whoeverWatchesIsToldWhatAPageWaitsForUntilItIsRead() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    RunState queued = queue(RunRequest.of("a", Mode.FULL));
    List<String> told = new ArrayList<>();
    List<Answer<HeaderPage>> answers =
        List.of(
            new Answer.Later<>(NOW, "quota"),
            new Answer.Later<>(NOW, "authorisation"),
            new Answer.Failed<>(error("boom")));
    reader(
            (account, query) -> {
              told.add(book.get(queued.runId()).orElseThrow().headers().error());
              int call = told.size() - 1;
              return call < answers.size() ? answers.get(call) : tiny.read(account, query);
            },
            queued)
        .run();
    assertThat(told).startsWith(null, null, "waiting: account a must be connected again", "boom");
    assertThat(book.get(queued.runId()).orElseThrow().headers())
        .isEqualTo(new Module(Module.Status.COMPLETE, 3, 3L, null));
  }

  @Test
  void aPageThatFailsNowAndThenIsReadInTheEnd() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    AtomicInteger calls = new AtomicInteger();
    RunState run =
        read(
            (account, query) ->
                calls.incrementAndGet() % 3 == 0
                    ? tiny.read(account, query)
                    : new Answer.Failed<>(error("boom")),
            RunRequest.of("a", Mode.FULL));
    assertThat(run.headers().status()).isEqualTo(Module.Status.COMPLETE);
    assertThat(ids(run.runId())).containsExactlyElementsOf(to(20));
  }

  @Test
  void headersThatFailForGoodKeepWhatWasReadAndTheCursor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    RunState run =
        read(
            (account, query) ->
                query.offset() < 8 ? tiny.read(account, query) : new Answer.Failed<>(error("boom")),
            RunRequest.of("a", Mode.FULL));
    assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(run.headers().status()).isEqualTo(Module.Status.FAILED);
    assertThat(run.headers().error()).contains("3 attempts").contains("boom");
    assertThat(Objects.requireNonNull(run.cursor()).ended()).isFalse();
    assertThat(Objects.requireNonNull(run.cursor()).offset()).isEqualTo(8);
    assertThat(Runs.settling(run)).isTrue();
    assertThat(ends(run.runId())).hasSize(2).allMatch(end -> end.mode() != Mode.FULL);
    assertThat(book.history("a").knownId()).isEmpty();
  }

  @Test
  void aRunOfWhichNothingCanBeReadIsFailed() throws Exception {
    RunState run =
        read(
            (account, query) -> new Answer.Rejected<>(error("no such account")),
            RunRequest.of("a", Mode.FULL));
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.error()).contains("no such account");
    assertThat(run.finishedAt()).isEqualTo(NOW);
    assertThat(ends(run.runId())).isEmpty();
  }

  @Test
  void anItemThatCannotBeReadGoesToTheDeadLettersWithItsPage() throws Exception {
    FakeTiny tiny = FakeTiny.holding(7);
    RunState run =
        read(
            (account, query) -> {
              HeaderPage page = ((Answer.Ok<HeaderPage>) tiny.read(account, query)).value();
              return new Answer.Ok<>(garbled(page, 4), FakeTiny.AT);
            },
            RunRequest.of("a", Mode.FULL));
    assertThat(ids(run.runId())).containsExactly(1L, 2L, 3L, 5L, 6L, 7L);
    assertThat(kafka.history()).filteredOn(record -> record.topic().equals("ordem.dlq")).hasSize(1);
    assertThat(run.headers().status()).isEqualTo(Module.Status.PARTIAL);
    assertThat(run.headers().error()).contains("1 unreadable");
    assertThat(ends(run.runId())).hasSize(2).allMatch(end -> end.mode() != Mode.FULL);
  }

  @Test
  void aCanceledRunWritesNoPageAnyMore() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    RunState queued = queue(RunRequest.of("a", Mode.FULL));
    RunReader reader =
        reader(
            (account, query) -> {
              if (query.offset() > 0) {
                cancel(queued.runId());
              }
              return tiny.read(account, query);
            },
            queued);
    reader.run();
    assertThat(ids(queued.runId())).containsExactlyElementsOf(to(5));
    assertThat(book.get(queued.runId()).orElseThrow().status()).isEqualTo(RunStatus.CANCELED);
  }

  @Test
  void autoReadsNothingWhileWhatIsKnownIsFresh() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    RunState first = read(tiny, RunRequest.of("a", Mode.AUTO));
    assertThat(first.mode()).isEqualTo(Mode.FULL);
    RunState complete =
        Outcome.end(
            Draft.of(first).details(new Module(Module.Status.COMPLETE, 0, 0L, null)).at(NOW),
            new Module(Module.Status.COMPLETE, 0, 0L, null),
            NOW);
    book.load(first.runId(), complete);
    tiny.asked.clear();
    RunState second = read(tiny, RunRequest.of("a", Mode.AUTO));
    assertThat(second.status()).isEqualTo(RunStatus.COMPLETE);
    assertThat(second.headers().status()).isEqualTo(Module.Status.SKIPPED);
    assertThat(tiny.asked).isEmpty();
  }

  private RunState read(PageReader tiny, RunRequest request) throws InterruptedException {
    RunState queued = queue(request);
    reader(tiny, queued).run();
    return book.get(queued.runId()).orElseThrow();
  }

  private RunReader reader(PageReader tiny, RunState run) {
    return new RunReader(book, new RunReader.Source(tiny, READING, 2, CLOCK), run.runId());
  }

  private RunState queue(RunRequest request) {
    RunState queued =
        Draft.queued(new SyncCommand.Run(request.account(), UUID.randomUUID(), request, NOW), NOW);
    book.load(queued.runId(), queued);
    return queued;
  }

  private void cancel(UUID runId) {
    assertThat(
            book.change(
                runId,
                run ->
                    java.util.Optional.of(
                        Change.to(Draft.of(run).ended(RunStatus.CANCELED, null, NOW).at(NOW)))))
        .isTrue();
  }

  private List<Long> ids(UUID runId) {
    return events().stream()
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(HeaderEvent.Seen.class::cast)
        .filter(seen -> seen.runId().equals(runId))
        .map(seen -> seen.header().id())
        .toList();
  }

  private List<HeaderEvent.EndOfHeaders> ends(UUID runId) {
    return events().stream()
        .filter(HeaderEvent.EndOfHeaders.class::isInstance)
        .map(HeaderEvent.EndOfHeaders.class::cast)
        .filter(end -> end.runId().equals(runId))
        .toList();
  }

  private List<HeaderEvent> events() {
    return kafka.history().stream()
        .filter(record -> record.topic().equals(Topics.OS_HEADERS.name()))
        .map(RunReaderTest::read)
        .toList();
  }

  private static HeaderEvent read(ProducerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(
        Topics.OS_HEADERS.value(
            new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value())));
  }

  private static HeaderPage garbled(HeaderPage page, long id) {
    List<UnreadableHeader> unreadable =
        page.headers().stream()
            .filter(header -> header.id() == id)
            .map(
                header ->
                    new UnreadableHeader(
                        JsonNodeFactory.instance.objectNode().put("id", Long.toString(id)),
                        "situacao of order 4"))
            .toList();
    return new HeaderPage(
        page.headers().stream().filter(header -> header.id() != id).toList(),
        unreadable,
        page.limit(),
        page.offset(),
        page.total());
  }

  private static TinyError error(String message) {
    return new TinyError(TinyError.Cause.SERVER, message, null, 500);
  }

  private static List<Long> to(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
