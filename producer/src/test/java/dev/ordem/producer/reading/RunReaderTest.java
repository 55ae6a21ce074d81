package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.producer.reading.ReadingFixture.Result;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RunReaderTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @Test
  void aPageIsWrittenBeforeTheCursorMovesAndTheEndBehindAll() throws Exception {
    List<Integer> written = new ArrayList<>();
    List<String> offsets = new ArrayList<>();
    FakeTiny tiny = FakeTiny.holding(12);
    PageReader counting =
        (account, query) -> {
          written.add(runs.kafka.history().size());
          offsets.add(only("SELECT cursor->>'offset' FROM sync_run"));
          return tiny.read(account, query);
        };
    Result run = runs.read(counting, "'full', 'loja'");
    assertThat(written).containsExactly(0, 5, 9);
    assertThat(offsets).containsExactly("0", "4", "8");
    assertThat(run.ids()).containsExactlyElementsOf(to(12));
    assertThat(run.column("phase")).isEqualTo("SETTLING");
    assertThat(run.column("headers"))
        .isEqualTo("{\"done\": 12, \"error\": null, \"total\": 12, \"status\": \"COMPLETE\"}");
    assertThat(run.cursor().highestId()).isEqualTo(12);
    assertThat(run.cursor().seen()).isEqualTo(12);
    assertThat(run.cursor().total()).isEqualTo(12);
    assertThat(run.cursor().ended()).isTrue();
  }

  @Test
  void everyRecordCarriesTheReadingAndTheTimesOfTheCall() throws Exception {
    Result run = runs.read(FakeTiny.holding(12), "'full', 'loja'");
    long reading = Long.parseLong(run.column("reading"));
    assertThat(run.seen().map(HeaderEvent.Seen::reading)).containsOnly(reading).hasSize(12);
    assertThat(run.seen()).allMatch(seen -> asked(seen).isBefore(seen.seenAt()));
    assertThat(run.ends())
        .hasSize(ReadingFixture.PARTITIONS)
        .allMatch(HeaderEvent.EndOfHeaders::whole);
    Instant first = asked(run.seen().findFirst().orElseThrow());
    assertThat(run.ends())
        .allMatch(end -> Objects.equals(end.reading(), reading) && first.equals(end.beganAt()));
  }

  @Test
  void theMaximumIsExactAndSaid() throws Exception {
    for (long max : List.of(1L, 5L, 7L, 12L)) {
      runs.clear();
      Result run = runs.read(FakeTiny.holding(12), "'full', 'loja', max => " + max);
      assertThat(run.ids()).hasSize((int) max);
      assertThat(run.column("limited")).isEqualTo("t");
      assertThat(run.column("headers->>'done'")).isEqualTo(String.valueOf(max));
      assertThat(run.ends()).noneMatch(HeaderEvent.EndOfHeaders::whole);
      assertThat(runs.book.knownId("loja", false)).isEmpty();
    }
    runs.clear();
    Result run = runs.read(FakeTiny.holding(12), "'full', 'loja', max => 13");
    assertThat(run.column("limited")).isEqualTo("f");
    assertThat(run.ends()).allMatch(HeaderEvent.EndOfHeaders::whole);
  }

  @Test
  void anIncrementalRunReadsWhatIsNewThenRecentDaysThenOpenOnesAndPassesOver() throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    runs.complete(runs.read(tiny, "'full', 'loja'"));
    tiny.add(61, 3, LocalDate.of(2025, 1, 1));
    tiny.asked.clear();
    Result run = runs.read(tiny, "'incremental', 'loja'");
    assertThat(run.ids()).contains(61L, 60L, 10L, 20L).doesNotContain(1L, 11L);
    assertThat(tiny.asked.get(0).order()).isEqualTo(HeaderQuery.Order.DESC);
    assertThat(tiny.asked).extracting(HeaderQuery::situacao).endsWith(0, 1, 2, 5, 6);
    assertThat(runs.book.knownId("loja", false)).contains(61L);
    assertThat(run.markers(HeaderEvent.PassOver.class))
        .hasSize(ReadingFixture.PARTITIONS)
        .allMatch(over -> over.situacoes().equals(List.of(0, 1, 2, 5, 6)))
        .allMatch(over -> over.beganAt().equals(run.ends().get(0).beganAt()));
    List<HeaderEvent> events = runs.events();
    assertThat(events.get(events.size() - 3)).isInstanceOf(HeaderEvent.PassOver.class);
    assertThat(run.ends()).hasSize(2).noneMatch(HeaderEvent.EndOfHeaders::whole);
  }

  @Test
  void aRunThatDidNotReadEveryOpenListPassesOverNothing() throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    Result limited = runs.read(tiny, "'incremental', 'loja', max => 31");
    assertThat(limited.markers(HeaderEvent.PassOver.class)).isEmpty();
    runs.complete(limited);
    Result bare = runs.read(tiny, "'incremental', 'loja', headers_only => true");
    assertThat(bare.markers(HeaderEvent.PassOver.class)).isEmpty();
    assertThat(bare.ends()).hasSize(2);
    runs.complete(bare);
    Result failed =
        runs.read(
            (account, query) ->
                query.situacao() == null ? tiny.read(account, query) : rejected("no"),
            "'incremental', 'loja'");
    assertThat(failed.markers(HeaderEvent.PassOver.class)).isEmpty();
    assertThat(failed.ends()).hasSize(2);
  }

  @Test
  void detailsAskForTheNewestThatAreMissingInEachPartition() throws Exception {
    runs.database.execute(
        "INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,"
            + " revision, source_at, source_offset, removed_at)"
            + " SELECT 'loja', n, 3, '{}', '{}', n % 2 = 0, now(), n, now(), n,"
            + " CASE WHEN n = 99 THEN now() END FROM generate_series(1, 99) n");
    Result run = runs.read(FakeTiny.holding(0), "'details', 'loja', max => 10");
    List<HeaderEvent.DetailsMissing> missing = run.markers(HeaderEvent.DetailsMissing.class);
    assertThat(missing).hasSize(2);
    assertThat(missing.stream().mapToLong(HeaderEvent.DetailsMissing::max).sum()).isEqualTo(10);
    assertThat(run.column("limited")).isEqualTo("t");
    assertThat(run.ends()).hasSize(2).noneMatch(HeaderEvent.EndOfHeaders::whole);
    runs.complete(run);
    Result all = runs.read(FakeTiny.holding(0), "'details', 'loja'");
    assertThat(all.markers(HeaderEvent.DetailsMissing.class))
        .allMatch(marker -> marker.max() == Long.MAX_VALUE);
    assertThat(all.column("limited")).isEqualTo("f");
  }

  /** A sink that is behind keeps nothing from being asked for; what waits for a person does not. */
  @Test
  void aBudgetIsSpentThoughPostgresKnowsOfNothingThatIsMissing() throws Exception {
    Result run = runs.read(FakeTiny.holding(0), "'details', 'loja', max => 7");
    assertThat(run.markers(HeaderEvent.DetailsMissing.class))
        .extracting(HeaderEvent.DetailsMissing::max)
        .containsExactlyInAnyOrder(4L, 3L);
    runs.complete(run);
    runs.database.execute(
        "INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,"
            + " revision, source_at, source_offset)"
            + " SELECT 'loja', n, 3, '{}', '{}', false, now(), n, now(), n"
            + " FROM generate_series(1, 4) n");
    runs.database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, updated_at,"
            + " source_offset) VALUES ('loja', 4, 'PARKED', 'BACKFILL', 6, now(), 1)");
    assertThat(runs.book.withoutDetails("loja", 2)).containsExactly(3L, 2L);
  }

  /** Whatever it reads, or does not: others may still wait for details, or have left them. */
  @Test
  void autoAsksForWhateverIsMissing() throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    runs.complete(runs.read(tiny, "'full', 'loja'"));
    Result nothing = runs.read(tiny, "'auto', 'loja'");
    assertThat(nothing.column("mode")).isEqualTo("auto");
    assertThat(nothing.ids()).isEmpty();
    assertThat(nothing.markers(HeaderEvent.DetailsMissing.class))
        .hasSize(2)
        .allMatch(marker -> marker.max() == Long.MAX_VALUE);
    assertThat(nothing.column("limited")).isEqualTo("f");
    runs.complete(nothing);
    runs.database.execute("UPDATE sync_run SET started_at = started_at - interval '3 hours'");
    Result newer = runs.read(tiny, "'auto', 'loja'");
    assertThat(newer.column("mode")).isEqualTo("incremental");
    List<HeaderEvent> events = runs.events();
    assertThat(events.subList(events.size() - 6, events.size()))
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly(
            "PassOver",
            "PassOver",
            "DetailsMissing",
            "DetailsMissing",
            "EndOfHeaders",
            "EndOfHeaders");
    runs.complete(newer);
    Result bare = runs.read(tiny, "'auto', 'loja', headers_only => true");
    assertThat(bare.markers(HeaderEvent.DetailsMissing.class)).isEmpty();
  }

  @Test
  void reconcileThatSawEveryOrderByStatusReadsTheListNoMore() throws Exception {
    FakeTiny tiny = FakeTiny.holding(23);
    Result run = runs.read(tiny, "'reconcile', 'loja'");
    assertThat(run.ids()).containsExactlyInAnyOrderElementsOf(to(23));
    assertThat(run.cursor().seen()).isEqualTo(23);
    assertThat(run.cursor().total()).isEqualTo(23);
    assertThat(run.cursor().totals()).containsEntry(0, 2L).containsEntry(3, 21L);
    assertThat(run.ends()).hasSize(2).allMatch(HeaderEvent.EndOfHeaders::whole);
    HeaderQuery last = tiny.asked.get(tiny.asked.size() - 1);
    assertThat(last.limit()).isEqualTo(1);
  }

  @Test
  void reconcileReadsTheWholeListIfAnOrderMovedFromListToList() throws Exception {
    FakeTiny tiny = FakeTiny.holding(23);
    PageReader moving =
        (account, query) -> {
          if (Integer.valueOf(1).equals(query.situacao())) {
            // 11 was not read yet and never will be by status; 10 is seen twice: the sum is right.
            tiny.remove(11);
            tiny.add(11, 0, LocalDate.of(2026, 1, 1));
            tiny.remove(10);
            tiny.add(10, 3, LocalDate.of(2026, 1, 1));
          }
          return tiny.read(account, query);
        };
    Result run = runs.read(moving, "'reconcile', 'loja'");
    assertThat(run.ids()).containsAll(to(23));
    assertThat(run.cursor().seen()).isEqualTo(23);
    assertThat(run.ends()).allMatch(HeaderEvent.EndOfHeaders::whole);
  }

  /** As many as were seen, and yet not the same: only that one is gone tells. */
  @Test
  void reconcileReadsTheWholeListIfADeletedOrderMakesUpForOneThatMovedUnseen() throws Exception {
    FakeTiny tiny = FakeTiny.holding(23);
    PageReader moving =
        (account, query) -> {
          if (Integer.valueOf(1).equals(query.situacao())) {
            tiny.remove(11);
            tiny.add(11, 0, LocalDate.of(2026, 1, 1));
            tiny.remove(10);
          }
          return tiny.read(account, query);
        };
    Result run = runs.read(moving, "'reconcile', 'loja'");
    assertThat(run.ids()).containsAll(to(23));
    assertThat(run.cursor().seen()).isEqualTo(22);
    assertThat(run.cursor().total()).isEqualTo(22);
  }

  @Test
  void whatIsCreatedMeanwhileIsNoReasonToReadTheWholeList() throws Exception {
    FakeTiny tiny = FakeTiny.holding(23);
    PageReader growing =
        (account, query) -> {
          if (Integer.valueOf(5).equals(query.situacao())) {
            tiny.remove(24);
            tiny.add(24, 0, LocalDate.of(2026, 1, 1));
          }
          return tiny.read(account, query);
        };
    Result run = runs.read(growing, "'reconcile', 'loja'");
    assertThat(run.cursor().seen()).isEqualTo(23);
    assertThat(run.cursor().total()).isEqualTo(23);
    assertThat(tiny.asked)
        .noneMatch(query -> query.situacao() == null && query.order() == HeaderQuery.Order.ASC);
  }

  @Test
  void aCanceledRunMakesNoFurtherCall() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    UUID id = runs.ask("'full', 'loja'");
    AtomicInteger calls = new AtomicInteger();
    runs.read(
        (account, query) -> {
          if (calls.incrementAndGet() == 2) {
            only("SELECT ordem_cancel('" + id + "')");
          }
          return tiny.read(account, query);
        },
        runs.claim());
    assertThat(calls).hasValue(2);
    assertThat(only("SELECT status || phase || owed::text FROM sync_run"))
        .isEqualTo("CANCELEDENDED{cancel}");
    assertThat(only("SELECT cursor->>'offset' FROM sync_run")).isEqualTo("4");
  }

  @Test
  void aRunThatIsCanceledWhileItWaitsMakesNoFurtherCall() throws Exception {
    UUID id = runs.ask("'full', 'loja'");
    AtomicInteger calls = new AtomicInteger();
    runs.read(
        (account, query) -> {
          if (calls.incrementAndGet() > 1) {
            return rejected("nobody should have asked");
          }
          only("SELECT ordem_cancel('" + id + "')");
          return new Answer.Later<>(Instant.now(), WaitReason.QUOTA);
        },
        runs.claim());
    assertThat(calls).hasValue(1);
  }

  @Test
  void aReaderThatLostItsLeaseDoesNotMoveTheCursorOn() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    UUID id = runs.ask("'full', 'loja'");
    runs.read(
        (account, query) -> {
          if (query.offset() > 0) {
            only("UPDATE sync_run SET lease_epoch = lease_epoch + 1 RETURNING lease_epoch");
          }
          return tiny.read(account, query);
        },
        runs.claim());
    assertThat(only("SELECT cursor->>'offset' FROM sync_run WHERE id = '" + id + "'"))
        .isEqualTo("4");
    assertThat(only("SELECT phase FROM sync_run")).isEqualTo("READING");
  }

  @Test
  void autoThatFindsAllFreshReadsNothingAndIsJudgedAllTheSame() throws Exception {
    FakeTiny tiny = FakeTiny.holding(3);
    Result first = runs.read(tiny, "'auto', 'loja'");
    assertThat(first.column("mode")).isEqualTo(Mode.FULL.text());
    runs.complete(first);
    tiny.asked.clear();
    Result second = runs.read(tiny, "'auto', 'loja'");
    assertThat(second.column("status || phase")).isEqualTo("RUNNINGSETTLING");
    assertThat(second.column("headers->>'status'")).isEqualTo("SKIPPED");
    assertThat(second.ends())
        .hasSize(ReadingFixture.PARTITIONS)
        .noneMatch(HeaderEvent.EndOfHeaders::whole);
    assertThat(tiny.asked).isEmpty();
  }

  @Test
  void aRunOfAnotherGenerationIsReadFromTheStart() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    UUID id = runs.ask("'full', 'loja'");
    LocalLease holding = runs.claim();
    runs.read(
        (account, query) -> {
          if (query.offset() == 8) {
            holding.stop();
          }
          return tiny.read(account, query);
        },
        holding);
    assertThat(only("SELECT cursor->>'offset' FROM sync_run")).isEqualTo("8");
    runs.database.execute("UPDATE sync_run SET lease_holder = NULL");
    runs.newGeneration();
    runs.kafka.clear();
    runs.read(tiny, runs.claim());
    assertThat(runs.new Result(id).ids()).containsExactlyElementsOf(to(20));
    assertThat(only("SELECT headers->>'done' FROM sync_run")).isEqualTo("20");
  }

  @Test
  void aPeriodOutOfBoundsFailsAndIsNotRead() throws Exception {
    runs.database.execute(
        "INSERT INTO sync_run (id, account, mode, status, created_at, request) VALUES"
            + " (gen_random_uuid(), 'loja', 'period', 'QUEUED', now(), '{\"account\": \"loja\","
            + " \"mode\": \"period\", \"from\": \"-999999999-01-01\","
            + " \"to\": \"+999999999-12-31\", \"headersOnly\": false, \"startLater\": false}')");
    FakeTiny tiny = FakeTiny.holding(3);
    runs.read(tiny, runs.claim());
    assertThat(only("SELECT status FROM sync_run")).isEqualTo("FAILED");
    assertThat(only("SELECT error FROM sync_run")).contains("2000-01-01");
    assertThat(tiny.asked).isEmpty();
  }

  private static Instant asked(HeaderEvent.Seen seen) {
    return Objects.requireNonNull(seen.askedAt());
  }

  private static String only(String sql) {
    try {
      return runs.database.text(sql);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer<HeaderPage> rejected(String message) {
    return new Answer.Rejected<>(error(TinyError.Cause.REFUSED, message));
  }

  private static TinyError error(TinyError.Cause cause, String message) {
    return new TinyError(cause, message, null, 500);
  }

  private static List<Long> to(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
