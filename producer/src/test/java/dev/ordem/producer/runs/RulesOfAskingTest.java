package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.time.ZoneId;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code R__runs.sql} allows, whoever asks. */
class RulesOfAskingTest {
  private static MigratedDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    database.clear();
  }

  @Test
  void aRunIsARowAsAskedFor() throws SQLException {
    UUID id =
        database.run(
            "'period', 'loja', '2026-01-01', '2026-01-31', max => 7, headers_only => true,"
                + " start_later => true, requested_by => 'up'");
    assertThat(
            database.text(
                "SELECT concat_ws(' ', id, account, mode, status, phase, requested_by, limited,"
                    + " same_as, reading, request) FROM sync_run"))
        .isEqualTo(
            id
                + " loja period QUEUED READING up t period/2026-01-01/2026-01-31/7/true 0"
                + " {\"to\": \"2026-01-31\", \"max\": 7, \"from\": \"2026-01-01\","
                + " \"mode\": \"period\", \"account\": \"loja\", \"startLater\": true,"
                + " \"headersOnly\": true}");
  }

  @ParameterizedTest
  @CsvSource({"FULL,full", "details-only,details", "reconcile,reconcile", "auto,auto"})
  void modesAreTakenAsWhatTheyMean(String asked, String meant) throws SQLException {
    database.run("'" + asked + "', 'loja'");
    assertThat(database.text("SELECT mode || ' ' || (request->>'mode') FROM sync_run"))
        .isEqualTo(meant + " " + meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'often', 'loja' | OR400 | mode \"often\": use incremental, full",
        "null, 'loja' | OR400 | mode",
        "'full', 'Loja 1' | OR400 | account \"Loja 1\"",
        "'full', null | OR400 | account",
        "'full', 'nobody' | OR404 | account \"nobody\" is not connected",
        "'period', 'loja', '2026-01-01' | OR400 | needs both from and to",
        "'full', 'loja', '2026-01-01' | OR400 | with mode period only",
        "'full', 'loja', null, '2026-01-01' | OR400 | with mode period only",
        "'period', 'loja', '1999-12-31', '2026-01-01' | OR400 | from 1999-12-31: must be from 2000",
        "'period', 'loja', '2026-01-01', 'infinity' | OR400 | to infinity: must be from 2000",
        "'period', 'loja', '-infinity', 'infinity' | OR400 | from -infinity",
        "'period', 'loja', '2026-01-01', current_date + 367 | OR400 | to ",
        "'period', 'loja', '2026-01-02', '2026-01-01' | OR400 | to 2026-01-01 is before",
        "'full', 'loja', max => 0 | OR400 | max 0: must be positive",
        "'details', 'loja', headers_only => true | OR400 | headersOnly",
        "'full', 'loja', requested_by => 'me' | OR400 | requested_by \"me\"",
        "'resume', 'loja' | OR404 | no partial, failed or cancelled run",
      })
  void whatCannotBeIsRefusedByName(String arguments, String state, String named) {
    SQLException refused = refused("SELECT ordem_run(" + arguments + ")");
    assertThat(refused.getSQLState()).isEqualTo(state);
    assertThat(refused.getMessage()).contains(named);
  }

  @Test
  void whoNamesNoAccountMeansTheUsualOneOrTheOnlyOne() throws SQLException {
    SQLException refused = refused("SELECT ordem_run('full')");
    assertThat(refused.getSQLState()).isEqualTo("OR400");
    assertThat(refused.getMessage()).contains("say which; there are loja, outra");
    database.execute("INSERT INTO tiny_account (account) VALUES ('default')");
    assertThat(accountOf(database.run("'full'"))).isEqualTo("default");
    database.execute("DELETE FROM tiny_account WHERE account <> 'outra'");
    assertThat(accountOf(database.run("'auto'"))).isEqualTo("outra");
  }

  private static String accountOf(UUID run) throws SQLException {
    return database.text("SELECT account FROM sync_run WHERE id = '" + run + "'");
  }

  /** Between these zones it is never the same day. */
  @ParameterizedTest
  @ValueSource(strings = {"Etc/GMT+12", "Etc/GMT-14"})
  void todayIsADayOfTheZoneThatRunsAreReadIn(String zone) throws SQLException {
    new RunBook(database.source()).zone(ZoneId.of(zone));
    String last =
        database.text(
            "SELECT ((now() AT TIME ZONE '" + zone + "')::date + interval '1 year')::date");
    assertThat(database.run("'period', 'loja', '2026-01-01', '" + last + "'")).isNotNull();
    SQLException refused =
        refused("SELECT ordem_run('period', 'loja', '2026-01-01', date '" + last + "' + 1)");
    assertThat(refused.getMessage()).contains("must be from 2000-01-01 to " + last);
  }

  @Test
  void anAccountThatOnlyTheConfigurationKnowsIsKnown() throws SQLException {
    database.execute(
        "INSERT INTO tiny_quota (account, per_second, per_window, window_ms, per_hour)"
            + " VALUES ('nova', 4, 30, 60000, 0)");
    assertThat(database.run("'full', 'nova'")).isNotNull();
  }

  @Test
  void theSameRequestStandsInTheWayWhileTheFirstIsReading() throws SQLException {
    UUID first = database.run("'full', 'loja', max => 7");
    assertThat(inTheWay("SELECT ordem_run('full', 'loja', max => 7)")).contains(first.toString());
    database.run("'full', 'loja'");
    database.run("'full', 'outra', max => 7");
    database.run("'full', 'loja', max => 7, start_later => true");
    database.execute("UPDATE sync_run SET status = 'RUNNING' WHERE id = '" + first + "'");
    assertThat(inTheWay("SELECT ordem_run('full', 'loja', max => 7)")).contains(first.toString());
    database.execute("UPDATE sync_run SET phase = 'SETTLING' WHERE id = '" + first + "'");
    assertThat(database.run("'full', 'loja', max => 7")).isNotEqualTo(first);
  }

  @Test
  void aRequestWithAnIdOfItsOwnIsOneHoweverOftenItComes() throws SQLException {
    String asked = "'full', 'loja', run_id => '00000000-0000-0001-0000-000000000002'";
    assertThat(database.run(asked)).isEqualTo(new UUID(1, 2)).isEqualTo(database.run(asked));
    database.execute("UPDATE sync_run SET status = 'COMPLETE', phase = 'ENDED'");
    assertThat(database.run(asked)).isEqualTo(new UUID(1, 2));
    assertThat(database.text("SELECT status FROM sync_run")).isEqualTo("COMPLETE");
  }

  @ParameterizedTest
  @CsvSource({
    "cancel,QUEUED,false,CANCELED",
    "cancel,RUNNING,false,CANCELED",
    "cancel,COMPLETE,false,",
    "cancel,PARTIAL,false,",
    "cancel,CANCELED,false,",
    "resume,FAILED,false,QUEUED",
    "resume,PARTIAL,false,QUEUED",
    "resume,CANCELED,false,QUEUED",
    "resume,RUNNING,false,",
    "resume,QUEUED,false,",
    "resume,COMPLETE,false,",
    "start,QUEUED,true,QUEUED",
    "start,QUEUED,false,",
    "start,RUNNING,true,",
  })
  void whatMayBeDoneDependsOnTheStatus(String verb, String status, boolean later, String after)
      throws SQLException {
    UUID id = database.run("'full', 'loja', start_later => " + later);
    database.execute("UPDATE sync_run SET status = '" + status + "'");
    String sql = "SELECT ordem_" + verb + "('" + id + "')";
    if (after == null) {
      SQLException refused = refused(sql);
      assertThat(refused.getSQLState()).isEqualTo("OR409");
      assertThat(refused.getMessage()).contains("run " + id + " is " + status + ": ");
      assertThat(database.text("SELECT status FROM sync_run")).isEqualTo(status);
    } else {
      assertThat(database.text(sql)).isEqualTo(after);
      assertThat(database.text("SELECT status FROM sync_run")).isEqualTo(after);
      assertThat(database.text("SELECT (request->>'startLater')::boolean FROM sync_run"))
          .isEqualTo("f");
    }
  }

  @ParameterizedTest
  @CsvSource({"cancel", "resume", "start"})
  void anUnknownRunIsNotFound(String verb) {
    assertThat(refused("SELECT ordem_" + verb + "(gen_random_uuid())").getSQLState())
        .isEqualTo("OR404");
  }

  @Test
  void theLedgerIsOwedWhatWasDoneToARunThatHasBegun() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    cancel(id);
    resume(id);
    assertThat(database.text("SELECT owed::text || reading FROM sync_run")).isEqualTo("{}0");
    database.execute(
        "UPDATE sync_run SET status = 'RUNNING', reading = 7, began_at = now(),"
            + " cursor = '{\"ended\": false, \"pass\": 1}'");
    cancel(id);
    assertThat(database.text("SELECT phase FROM sync_run")).isEqualTo("ENDED");
    resume(id);
    assertThat(
            database.text(
                "SELECT concat_ws(' ', owed, status, phase, reading BETWEEN 1e12 AND 1e14)"
                    + " FROM sync_run"))
        .isEqualTo("{cancel,resume} QUEUED READING t");
    assertThat(database.texts("SELECT message FROM sync_run_log ORDER BY id"))
        .containsExactly("cancelled", "resumed", "cancelled", "resumed");
  }

  /** What changed meanwhile on a page that was read before would be missed. */
  @ParameterizedTest
  @CsvSource({
    "full,CANCELED,false,0 seconds,QUEUED READING f",
    "full,FAILED,false,0 seconds,QUEUED READING f",
    "incremental,CANCELED,false,0 seconds,QUEUED READING f",
    "full,CANCELED,true,4 minutes,RUNNING SETTLING t",
    "full,CANCELED,true,6 minutes,QUEUED READING f",
    "full,CANCELED,true,-1 hour,QUEUED READING f",
    "full,PARTIAL,true,6 minutes,QUEUED READING f",
    "details,CANCELED,false,6 minutes,QUEUED READING t",
    "details,CANCELED,true,6 minutes,RUNNING SETTLING t",
  })
  void aListThatWasLeftOrIsOldIsReadFromItsBeginning(
      String mode, String status, boolean ended, String ago, String expected) throws SQLException {
    UUID id = database.run("'" + mode + "', 'loja'");
    database.execute(
        "UPDATE sync_run SET reading = 7, finished_at = now() - interval '%s', status = '%s',"
                .formatted(ago, status)
            + " phase = '%s', cursor = '{\"ended\": %s, \"pass\": 1}'"
                .formatted(status.equals("PARTIAL") ? "HEALING" : "ENDED", ended));
    resume(id);
    assertThat(
            database.text("SELECT concat_ws(' ', status, phase, cursor IS NOT NULL) FROM sync_run"))
        .isEqualTo(expected);
  }

  @Test
  void aRunHasANumberFromItsStartAndAnotherFromItsEnd() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    String numbers = "SELECT concat_ws(' ', started_number, finished_number) FROM sync_run";
    assertThat(database.text(numbers)).isEmpty();
    database.text("SELECT run_claim(gen_random_uuid(), interval '0 seconds', 1, 10)");
    String started = database.text(numbers);
    assertThat(started).matches("\\d+");
    database.execute("SELECT ordem_cancel('" + id + "')");
    assertThat(database.text(numbers)).isEqualTo(started + " " + (Long.parseLong(started) + 1));
    resume(id);
    assertThat(database.text(numbers)).isEqualTo(started);
    database.text("SELECT run_claim(gen_random_uuid(), interval '0 seconds', 1, 10)");
    assertThat(database.text(numbers)).isEqualTo(started);
  }

  @Test
  void aReadingAlwaysGrows() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    database.execute("UPDATE sync_run SET status = 'FAILED', reading = 9000000000000000");
    resume(id);
    assertThat(database.text("SELECT reading FROM sync_run")).isEqualTo("9000000000000001");
  }

  @Test
  void headersThatWereReadAreNotReadAgain() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'PARTIAL', phase = 'HEALING', reading = 7, error = 'x',"
            + " finished_at = now(), healed_at = now(), certificate = '[]', waits_for = 'y',"
            + " stuck = true, cursor = '{\"ended\": true}'");
    resume(id);
    assertThat(
            database.text(
                "SELECT concat_ws(' ', status, phase, owed, error, finished_at, healed_at,"
                    + " certificate, waits_for, stuck) FROM sync_run"))
        .isEqualTo("RUNNING SETTLING {resume} f");
  }

  /** A row that could not be read, or a total that does not add up, is mended in the list only. */
  @ParameterizedTest
  @CsvSource({"ENDED,COMPLETE", "HEALING,PARTIAL"})
  void headersThatWereNotWholeAreReadAgain(String phase, String headers) throws SQLException {
    UUID id = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'PARTIAL', reading = 7, cursor = '{\"ended\": true}',"
            + (" phase = '" + phase + "', headers = '{\"status\": \"" + headers + "\"}'"));
    resume(id);
    assertThat(
            database.text(
                "SELECT concat_ws(' ', status, phase, owed, cursor IS NULL) FROM sync_run"))
        .isEqualTo("QUEUED READING {resume} t");
  }

  @Test
  void aResumedRunMustNotReadBesideTheSame() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    cancel(id);
    UUID other = database.run("'full', 'loja'");
    assertThat(inTheWay("SELECT ordem_resume('" + id + "')")).contains(other.toString());
    UUID later = database.run("'full', 'loja', start_later => true");
    assertThat(inTheWay("SELECT ordem_start('" + later + "')")).contains(other.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "true,ASKED,RUNNING SETTLING CONFIRMED t",
    "false,ASKED,RUNNING SETTLING REFUSED t",
    "true,REFUSED,RUNNING SETTLING CONFIRMED t",
    "null,ASKED,QUEUED READING - f",
    "null,REFUSED,RUNNING SETTLING REFUSED t",
    "true,null,",
    "false,null,",
  })
  void aReadThatMissedMostOrdersIsAnsweredOrReadAgain(
      String answer, String absences, String expected) throws SQLException {
    UUID id = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'PARTIAL', reading = 7, cursor = '{\"ended\": true}',"
            + " absences = nullif('"
            + absences
            + "', 'null')");
    String sql = "SELECT ordem_resume('" + id + "', " + answer + ")";
    if (expected == null) {
      assertThat(refused(sql).getMessage()).contains("did not ask", "PARTIAL");
    } else {
      database.text(sql);
      assertThat(
              database.text(
                  "SELECT concat_ws(' ', status, phase, coalesce(absences, '-'),"
                      + " cursor IS NOT NULL) FROM sync_run"))
          .isEqualTo(expected);
    }
  }

  @Test
  void resumeAsAModeGoesOnWithTheNewestUnfinishedRun() throws SQLException {
    UUID old = database.run("'full', 'loja'");
    cancel(old);
    UUID newer = database.run("'incremental', 'loja'");
    cancel(newer);
    cancel(database.run("'incremental', 'outra'"));
    assertThat(database.run("'resume', 'loja'")).isEqualTo(newer);
    assertThat(database.text("SELECT status FROM sync_run WHERE id = '" + newer + "'"))
        .isEqualTo("QUEUED");
  }

  private static void cancel(UUID id) throws SQLException {
    assertThat(database.text("SELECT ordem_cancel('" + id + "')")).isEqualTo("CANCELED");
  }

  private static void resume(UUID id) throws SQLException {
    database.text("SELECT ordem_resume('" + id + "')");
  }

  /** The whole message: the detail is the id of the run in the way. */
  private static String inTheWay(String sql) {
    SQLException refused = refused(sql);
    assertThat(refused.getSQLState()).isEqualTo("OR409");
    return String.valueOf(refused.getMessage()).replaceFirst("(?s).*Detail: ", "");
  }

  private static SQLException refused(String sql) {
    return catchThrowableOfType(SQLException.class, () -> database.text(sql));
  }
}
