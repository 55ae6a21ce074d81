package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.ReadingFixture.Result;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.UnreadableHeader;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader does when Tiny does not answer, or not as it should. */
class RunReaderTroubleTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @Test
  void laterIsNoAttempt() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    AtomicInteger calls = new AtomicInteger();
    Result run =
        runs.read(
            (account, query) ->
                calls.incrementAndGet() <= 5
                    ? new Answer.Later<>(Instant.now(), WaitReason.QUOTA)
                    : tiny.read(account, query),
            "'full', 'loja'");
    assertThat(run.column("headers->>'status'")).isEqualTo("COMPLETE");
    assertThat(calls).hasValue(6);
  }

  @Test
  void whoeverWatchesIsToldWhatAPageWaitsForUntilItIsRead() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    List<String> told = new ArrayList<>();
    List<Answer<HeaderPage>> answers =
        List.of(
            new Answer.Later<>(Instant.now(), WaitReason.QUOTA),
            new Answer.Later<>(Instant.now(), WaitReason.AUTHORISATION),
            new Answer.Failed<>(error(TinyError.Cause.NOT_SENT, "no connection")));
    Result run =
        runs.read(
            (account, query) -> {
              told.add(only("SELECT waits_for FROM sync_run"));
              int call = told.size() - 1;
              return call < answers.size() ? answers.get(call) : tiny.read(account, query);
            },
            "'full', 'loja'");
    assertThat(told)
        .startsWith(
            "null", "null", "waiting: account loja must be connected again", "no connection");
    assertThat(run.column("waits_for")).isEqualTo("null");
  }

  /** It was told by a clock that was put right since. */
  @Test
  void whatIsToldToWaitForADayIsAskedForLongBefore() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    AtomicInteger calls = new AtomicInteger();
    runs.read(
        (account, query) ->
            calls.incrementAndGet() == 1
                ? new Answer.Later<>(Instant.now().plus(Duration.ofDays(1)), WaitReason.OUTAGE)
                : tiny.read(account, query),
        "'full', 'loja'");
    assertThat(runs.longestRest).isEqualTo(Duration.ofMinutes(5));
  }

  /** Each call is put off once; there are rows to be gone round, and pages that are too large. */
  @ParameterizedTest
  @ValueSource(strings = {"'full', 'loja'", "'reconcile', 'loja'"})
  void aReaderThatGivesItsThreadBackGoesOnWhereItStood(String arguments) throws Exception {
    FakeTiny straight = withFaults();
    Result one = runs.read(straight, arguments);
    List<Long> ids = one.ids();
    String headers = one.column("headers");
    runs.clear();

    FakeTiny tiny = withFaults();
    AtomicInteger calls = new AtomicInteger();
    Result run =
        runs.read(
            (account, query) ->
                calls.incrementAndGet() % 2 == 1
                    ? new Answer.Later<>(Instant.now(), WaitReason.QUOTA)
                    : tiny.read(account, query),
            arguments);
    assertThat(tiny.asked).isEqualTo(straight.asked);
    assertThat(run.ids()).isEqualTo(ids);
    assertThat(run.column("headers")).isEqualTo(headers);
    assertThat(run.column("lease_epoch || ' ' || phase")).isEqualTo("1 SETTLING");
    assertThat(runs.rests).as("once a page, but for what is gone round").isBetween(6, 60);
  }

  private static FakeTiny withFaults() {
    FakeTiny tiny = FakeTiny.holding(60);
    tiny.broken.addAll(List.of(17L, 18L, 40L));
    tiny.nameless.add(33L);
    return tiny;
  }

  @Test
  void aRunThatWaitsForLongerThanAWindowSaysSinceWhen() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    Instant start = Instant.parse("2026-03-01T12:00:00Z");
    List<String> told = new ArrayList<>();
    runs.clock = at(() -> start.plusSeconds(told.size() * 40L));
    try {
      runs.read(
          (account, query) -> {
            told.add(only("SELECT waits_for FROM sync_run"));
            return told.size() < 4
                ? new Answer.Later<>(start, WaitReason.QUOTA)
                : tiny.read(account, query);
          },
          "'full', 'loja'");
    } finally {
      runs.clock = Clock.systemUTC();
    }
    assertThat(told).startsWith("null", "null", "null");
    assertThat(told.get(3)).startsWith("waiting since 2026-03-01T12:00:00Z");
  }

  @Test
  void headersThatFailForGoodKeepWhatWasReadAndTheCursor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    Result run =
        runs.read(
            (account, query) ->
                query.offset() < 8
                    ? tiny.read(account, query)
                    : new Answer.Failed<>(error(TinyError.Cause.NOT_SENT, "boom")),
            "'full', 'loja'");
    assertThat(run.column("status || phase")).isEqualTo("RUNNINGSETTLING");
    assertThat(run.column("headers->>'status'")).isEqualTo("FAILED");
    assertThat(run.column("headers->>'error'")).contains("3 attempts").contains("boom");
    assertThat(run.cursor().ended()).isFalse();
    assertThat(run.cursor().offset()).isEqualTo(8);
    assertThat(run.ends()).hasSize(2).noneMatch(HeaderEvent.EndOfHeaders::whole);
    assertThat(runs.book.knownId("loja", false)).isEmpty();
  }

  @Test
  void aListThatNeverAnswersIsGivenUpAndNotTakenForRowsAtFault() throws Exception {
    FakeTiny tiny = FakeTiny.holding(40);
    Result run =
        runs.read(
            (account, query) ->
                tiny.asked.size() < 3
                    ? tiny.read(account, query)
                    : new Answer.Failed<>(error(TinyError.Cause.SERVER, "down")),
            "'full', 'loja'");
    assertThat(run.column("headers->>'status'")).isEqualTo("FAILED");
    assertThat(run.cursor().unreadable().count()).isZero();
  }

  @Test
  void aRunOfWhichNothingCanBeReadIsFailed() throws Exception {
    Result run = runs.read((account, query) -> rejected("no such account"), "'full', 'loja'");
    assertThat(run.column("status || phase")).isEqualTo("FAILEDENDED");
    assertThat(run.column("error")).contains("no such account");
    assertThat(run.column("finished_at IS NOT NULL")).isEqualTo("t");
    assertThat(run.ends()).isEmpty();
  }

  @Test
  void anItemThatCannotBeReadIsNamedByEveryRunAndTellsTheDeadLettersOnce() throws Exception {
    FakeTiny tiny = FakeTiny.holding(7);
    String[] id = {"4x"};
    PageReader garbling =
        (account, query) -> {
          HeaderPage page = ((Answer.Ok<HeaderPage>) tiny.read(account, query)).value();
          return new Answer.Ok<>(garbled(page, 4, id[0]), FakeTiny.now());
        };
    Result run = runs.read(garbling, "'full', 'loja'");
    assertThat(run.ids()).containsExactly(1L, 2L, 3L, 5L, 6L, 7L);
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(run.column("headers->>'error'")).contains("1 orders");
    List<String> named = run.cursor().unreadable().names();
    assertThat(named).hasSize(1);
    assertThat(only("SELECT error FROM unreadable_header")).startsWith("row 4, behind order 3: ");
    assertThat(run.ends()).hasSize(2).noneMatch(HeaderEvent.EndOfHeaders::whole);
    assertThat(runs.letters()).hasSize(1);
    runs.complete(run);

    Result again = runs.read(garbling, "'full', 'loja'");
    assertThat(again.cursor().unreadable().names()).isEqualTo(named);
    assertThat(runs.letters()).hasSize(1);
    runs.complete(again);

    id[0] = "4y";
    runs.complete(runs.read(garbling, "'full', 'loja'"));
    assertThat(runs.letters()).hasSize(2);

    Result healed = runs.read(tiny, "'full', 'loja'");
    assertThat(healed.column("headers->>'status'")).isEqualTo("COMPLETE");
    assertThat(only("SELECT count(*) FROM unreadable_header")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"17,14", "17,15", "17,16", "17,18", "17,19", "1,2", "2,1", "30,29", "29,30"})
  void anItemWithoutAnIdBesideARowThatNoPageShowsCostsNobodyElse(long broken, long nameless)
      throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.broken.add(broken);
    tiny.nameless.add(nameless);
    Result run = runs.read(bounded(tiny), "'full', 'loja'");
    assertThat(run.ids()).hasSize(28).doesNotHaveDuplicates();
    assertThat(run.cursor().unreadable().count()).isEqualTo(2);
    assertThat(runs.letters()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"1,30", "2,5", "10,14", "10,29", "1,60", "3,60"})
  void itemsWithoutAnIdThatFillAPageAreNamedAndTheRestIsRead(long first, long last)
      throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    LongStream.rangeClosed(first, last).forEach(tiny.nameless::add);
    Result run = runs.read(bounded(tiny), "'full', 'loja'");
    long faults = last - first + 1;
    assertThat(run.ids()).doesNotHaveDuplicates().hasSize((int) (60 - faults));
    assertThat(run.cursor().unreadable().count()).isEqualTo(faults);
    assertThat(runs.letters()).hasSize((int) faults);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 404, 422, 425})
  void oneOddStatusIsAskedAgain(int status) throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    AtomicInteger odd = new AtomicInteger();
    Result run =
        runs.read(
            (account, query) ->
                query.offset() == 8 && odd.incrementAndGet() == 1
                    ? odd(status)
                    : tiny.read(account, query),
            "'full', 'loja'");
    assertThat(run.ids()).hasSize(30);
    assertThat(run.column("headers->>'status'")).isEqualTo("COMPLETE");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 404, 422, 425})
  void aRowWithAnOddStatusForEverIsNamedAndTheRestIsRead(int status) throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.broken.add(17L);
    Result run =
        runs.read(
            (account, query) -> {
              Answer<HeaderPage> answer = bounded(tiny).read(account, query);
              return answer instanceof Answer.Ok ? answer : odd(status);
            },
            "'full', 'loja'");
    assertThat(run.ids()).hasSize(29).doesNotContain(17L);
    assertThat(run.cursor().unreadable().names()).singleElement().asString().contains("order 16");
  }

  private static Answer<HeaderPage> odd(int status) {
    String said = "GET ordem-servico: status " + status;
    if (status == 404) {
      return new Answer.NotFound<>(said, FakeTiny.now());
    }
    return status == 425
        ? new Answer.Failed<>(new TinyError(TinyError.Cause.REFUSED, said, null, status))
        : status < 400
            ? new Answer.Failed<>(
                new TinyError(TinyError.Cause.UNEXPECTED_STATUS, said, null, status))
            : new Answer.Rejected<>(new TinyError(TinyError.Cause.REFUSED, said, null, status));
  }

  private static PageReader bounded(FakeTiny tiny) {
    return (account, query) -> {
      assertThat(tiny.asked).as("it ends").hasSizeLessThan(400);
      return tiny.read(account, query);
    };
  }

  private static Clock at(Supplier<Instant> time) {
    return new Clock() {
      @Override
      public Instant instant() {
        return time.get();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private static String only(String sql) {
    try {
      return runs.database.text(sql);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HeaderPage garbled(HeaderPage page, long id, String said) {
    List<UnreadableHeader> unreadable =
        page.headers().stream()
            .filter(header -> header.id() == id)
            .map(
                header ->
                    new UnreadableHeader(
                        JsonNodeFactory.instance.objectNode().put("id", said),
                        "field \"id\" is " + said,
                        page.headers().indexOf(header)))
            .toList();
    return new HeaderPage(
        page.headers().stream().filter(header -> header.id() != id).toList(),
        unreadable,
        page.limit(),
        page.offset(),
        page.total());
  }

  private static Answer<HeaderPage> rejected(String message) {
    return new Answer.Rejected<>(error(TinyError.Cause.REFUSED, message));
  }

  private static TinyError error(TinyError.Cause cause, String message) {
    return new TinyError(cause, message, null, 500);
  }
}
