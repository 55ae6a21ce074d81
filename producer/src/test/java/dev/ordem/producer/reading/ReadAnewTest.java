package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.reading.ReadingFixture.Result;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.quota.WaitReason;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What its first pages showed is true no more, and nobody took the run over who would notice. */
class ReadAnewTest {
  private static final int ORDERS = 12;

  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  private final FakeTiny tiny = FakeTiny.holding(ORDERS);
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void standingStillIsNothingForFiveMinutes() throws SQLException {
    staleAfter("5 minutes");
  }

  @Test
  void aListThatWaitedForLongIsReadFromItsBeginning() throws Exception {
    Result run =
        runs.read(
            (account, query) -> {
              boolean waits = calls.incrementAndGet() == 2;
              if (waits) {
                staleAfter("0");
              }
              return waits
                  ? new Answer.Later<>(Instant.now(), WaitReason.AUTHORISATION)
                  : tiny.read(account, query);
            },
            "'full', 'loja'");

    assertThat(calls).as("it stops before the next page").hasValue(2);
    assertAnew(run, "it stood still for minutes");
  }

  @Test
  void aListThatGoesOnAtThePaceOfItsQuotaIsNot() throws Exception {
    Result run =
        runs.read(
            (account, query) -> {
              boolean waits = calls.incrementAndGet() == 2;
              staleAfter(waits ? "10 milliseconds" : "5 minutes");
              return waits
                  ? new Answer.Later<>(Instant.now(), WaitReason.QUOTA)
                  : tiny.read(account, query);
            },
            "'full', 'loja'");

    assertThat(run.ends()).isNotEmpty();
    assertThat(run.ids()).hasSize(ORDERS);
  }

  @Test
  void aListThatHasWaitedForItsFirstPageIsNot() throws Exception {
    Result run =
        runs.read(
            (account, query) -> {
              boolean waits = calls.incrementAndGet() == 1;
              staleAfter(waits ? "0" : "5 minutes");
              return waits
                  ? new Answer.Later<>(Instant.now(), WaitReason.AUTHORISATION)
                  : tiny.read(account, query);
            },
            "'full', 'loja'");

    assertThat(run.ends()).isNotEmpty();
    assertThat(run.ids()).hasSize(ORDERS);
  }

  @Test
  void aListOfWhichAPageIsOlderThanTheFirstIsReadFromItsBeginning() throws Exception {
    Result run =
        runs.read(
            (account, query) -> {
              Answer.Ok<HeaderPage> page = (Answer.Ok<HeaderPage>) tiny.read(account, query);
              return calls.incrementAndGet() == 2
                  ? new Answer.Ok<>(page.value(), earlier(page.at()))
                  : page;
            },
            "'full', 'loja'");

    assertAnew(run, "the clock was set back");
  }

  private static Interval earlier(Interval at) {
    Duration step = Duration.ofHours(1);
    return new Interval(at.asked().minus(step), at.answered().minus(step));
  }

  private void assertAnew(Result run, String why) throws Exception {
    assertThat(run.ends()).isEmpty();
    assertThat(run.column("cursor")).isEqualTo("null");
    assertThat(runs.database.text("SELECT string_agg(message, ' ') FROM sync_run_log"))
        .contains("the list is read from its beginning again: " + why);
    staleAfter("5 minutes");
    runs.database.execute("UPDATE sync_run SET lease_holder = NULL, absences = 'CONFIRMED'");
    int before = run.ids().size();

    runs.read(tiny, runs.claim());

    assertThat(run.ids().subList(before, run.ids().size())).hasSize(ORDERS);
    assertThat(run.ends()).isNotEmpty();
    assertThat(run.column("absences")).as("a word about what was read before").isEqualTo("null");
  }

  private static void staleAfter(String interval) {
    try {
      runs.database.execute(
          "CREATE OR REPLACE FUNCTION ordem_stale_after() RETURNS interval LANGUAGE sql IMMUTABLE"
              + " AS $$ SELECT interval '"
              + interval
              + "' $$");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
