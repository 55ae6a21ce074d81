package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code auto} means, and up to which id everything is known: asked by reader and plan. */
class AutoModeTest {
  private static MigratedDatabase database;
  private int runs;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void generation() throws SQLException {
    database.clear();
    generation(1);
  }

  @Test
  void whatWasNeverReadIsReadWhole() throws SQLException {
    assertThat(auto()).isEqualTo("full");
  }

  @ParameterizedTest
  @CsvSource({"full,incremental", "reconcile,incremental", "incremental,full", "period,full"})
  void onlyAWholeReadIsWhole(String mode, String expected) throws SQLException {
    run(mode, "");
    assertThat(auto()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "status = 'CANCELED' | full",
        "status = 'FAILED' | full",
        "status = 'QUEUED' | full",
        "status = 'RUNNING', phase = 'READING' | full",
        "status = 'RUNNING', phase = 'SETTLING' | incremental",
        "status = 'RUNNING', phase = 'SETTLING', absences = 'ASKED' | full",
        "cursor = '{\"pass\": 0, \"ended\": false}' | full",
        "cursor = null | full",
        "limited = true | full",
        "generation = '00000000-0000-0000-0000-000000000009' | full",
        "generation = null | full",
        "account = 'outra' | full",
        "request = '{\"headersOnly\": true}' | incremental",
        "request = '{\"headersOnly\": true}', started_at = now() - interval '1 hour' | details",
        "request = '{\"headersOnly\": true}', limited = true | full",
        "request = '{\"headersOnly\": true}', status = 'CANCELED' | full",
        "status = 'PARTIAL' | incremental",
        "status = 'PARTIAL', absences = 'ASKED' | full",
        "status = 'PARTIAL', headers = '{\"status\": \"PARTIAL\"}' | incremental",
      })
  void aReadThatWasNotWholeDoesNotCount(String but, String expected) throws SQLException {
    run("full", ", " + but);
    assertThat(auto()).isEqualTo(expected);
  }

  @Test
  void headersAloneAreWholeOnceALaterRunHasReadTheDetails() throws SQLException {
    run("details", "");
    run("full", ", request = '{\"headersOnly\": true}'");
    assertThat(auto()).as("what is new since yesterday is in no list").isEqualTo("incremental");
    assertThat(database.text("SELECT ordem_auto_mode('loja', '2 days')")).isEqualTo("details");
    assertThat(knownId()).isEqualTo("null");
    assertThat(database.text("SELECT ordem_known_id('loja', true)")).isEqualTo("100");
    assertThat(database.text("SELECT ordem_auto_mode('loja', '1 hour', true)"))
        .isEqualTo("incremental");
    run("details", "");
    assertThat(auto()).isEqualTo("incremental");
    assertThat(knownId()).isEqualTo("100");
  }

  /** The newest item of a list said it was order 100, and no such order has ever been there. */
  @Test
  void anIdThatGetsNoDetailHidesNoNewOrders() throws SQLException {
    run("full", ", cursor = '{\"pass\": 0, \"ended\": true, \"highestId\": 40}'");
    run("full", "");
    order(40, true);
    order(90, true); // seen by whoever watches, but not those between
    order(100, false);
    assertThat(knownId()).as("its detail is being asked for").isEqualTo("100");
    database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, updated_at,"
            + " source_offset, last_error_cause)"
            + " VALUES ('loja', 100, 'PARKED', 'BACKFILL', 6, now(), 1, 'http-500')");
    assertThat(knownId()).as("there, and not to be read").isEqualTo("100");
    database.execute("UPDATE os_sync_queue SET last_error_cause = 'not-found'");
    assertThat(knownId()).isEqualTo("40");
    database.execute("DELETE FROM os_sync_queue");
    assertThat(knownId()).isEqualTo("100");
    database.execute("UPDATE os SET removed_at = now() WHERE id = 100");
    assertThat(knownId()).isEqualTo("40");
    database.execute("UPDATE os SET details_synced = true WHERE id = 100");
    assertThat(knownId()).as("deleted since").isEqualTo("100");
    assertThat(database.text("SELECT ordem_known_id('loja', most => 99)")).isEqualTo("40");
    assertThat(database.text("SELECT ordem_known_id('loja', most => 39)")).isEqualTo("null");
    run("incremental", ", floor_id = 9000, built_on = 9000");
    database.execute("DELETE FROM sync_run WHERE mode = 'full'");
    assertThat(knownId()).as("it read one page").isEqualTo("null");
  }

  private static void order(long id, boolean detailed) throws SQLException {
    database.execute(
        """
        INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,
          revision, source_at, source_offset)
        VALUES ('loja', %d, 3, '{}', '{}', %s, now(), 1, now(), 0)"""
            .formatted(id, detailed));
  }

  @Test
  void aBudgetOfDetailsIsAskedForAgainUntilNoneIsMissing() throws SQLException {
    run("full", ", request = '{\"headersOnly\": true}', started_at = now() - interval '1 hour'");
    run("details", ", limited = true, started_at = now() - interval '9 minutes'");
    assertThat(auto()).isEqualTo("details");
    run("details", ", status = 'CANCELED', started_at = now() - interval '6 minutes'");
    assertThat(auto()).isEqualTo("details");
    run("details", ", started_at = now() - interval '3 minutes'");
    assertThat(auto()).isEqualTo("null");
  }

  @Test
  void whatIsFreshIsLeftAlone() throws SQLException {
    run("full", "");
    run("incremental", ", started_at = now() - interval '119 minutes'");
    assertThat(auto()).isEqualTo("null");
    assertThat(database.text("SELECT ordem_auto_mode('loja', interval '1 hour')"))
        .isEqualTo("incremental");
    database.execute("UPDATE sync_run SET status = 'PARTIAL'");
    assertThat(auto()).isEqualTo("incremental");
  }

  /** The database's clock was ahead when it began, or was set back since. */
  @ParameterizedTest
  @ValueSource(strings = {"1 minute", "1 hour", "1 day"})
  void aReadThatLiesAheadOfTheClockIsNotFresh(String ahead) throws SQLException {
    run("full", ", started_at = clock_timestamp() + interval '%s'".formatted(ahead));
    assertThat(auto()).isEqualTo("incremental");
  }

  /** A day ago the list was read, and what came since nobody has seen. */
  @ParameterizedTest
  @ValueSource(strings = {"status = 'CANCELED'", "status = 'FAILED'", "limited = true"})
  void detailsThatARunLeftDoNotReplaceAListThatIsOld(String but) throws SQLException {
    run("full", ", reading = 1");
    run("incremental", ", reading = 2, started_at = now() - interval '6 minutes', " + but);
    assertThat(auto()).isEqualTo("incremental");
  }

  /** However fresh a whole read is that came before. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "full | status = 'CANCELED' | details",
        "incremental | status = 'FAILED' | details",
        "full | request = '{\"headersOnly\": true}' | details",
        "incremental | status = 'CANCELED' | details",
        "details | limited = true | details",
        "full | limited = true | null",
        "incremental | status = 'PARTIAL' | null",
        "full | status = 'CANCELED', reading = 0 | null",
      })
  void detailsThatARunLeftAreAskedFor(String mode, String but, String expected)
      throws SQLException {
    run("full", ", reading = 1, started_at = now() - interval '9 minutes'");
    run(
        mode,
        ", started_at = now() - interval '6 minutes', "
            + (but.contains("reading") ? but : but + ", reading = 2"));
    assertThat(auto()).isEqualTo(expected);
    assertThat(database.text("SELECT ordem_auto_mode('loja', headers_only => true)"))
        .isEqualTo("null");
    run("details", ", reading = 3, started_at = now() - interval '3 minutes'");
    assertThat(auto()).isEqualTo("null");
  }

  /** The database's clock was set back by some minutes between the two. */
  @Test
  void detailsThatALaterRunLeftAreAskedForWhateverTheClockShowed() throws SQLException {
    run("full", ", reading = 1, started_at = now() - interval '6 minutes'");
    run(
        "incremental",
        ", reading = 2, request = '{\"headersOnly\": true}', started_at = now() - interval '9"
            + " minutes', finished_at = now() - interval '8 minutes'");
    assertThat(auto()).isEqualTo("details");
    run("details", ", reading = 3, started_at = now() - interval '12 minutes'");
    assertThat(auto()).isEqualTo("null");
  }

  @Test
  void aHeaderThatCannotBeReadKeepsNothingFromBeingFresh() throws SQLException {
    run(
        "full",
        ", started_at = now(), status = 'PARTIAL', headers = '{\"status\": \"PARTIAL\"}',"
            + " details = '{\"status\": \"COMPLETE\"}', store = '{\"status\": \"COMPLETE\"}'");
    assertThat(auto()).isEqualTo("null");
    database.execute("UPDATE sync_run SET details = '{\"status\": \"PARTIAL\"}'");
    assertThat(auto()).isEqualTo("incremental");
  }

  @Test
  void aNewGenerationBeginsAnew() throws SQLException {
    run("full", ", started_at = now()");
    assertThat(auto()).isEqualTo("null");
    assertThat(knownId()).isEqualTo("100");
    generation(2);
    assertThat(auto()).isEqualTo("full");
    assertThat(knownId()).isEqualTo("null");
  }

  @ParameterizedTest
  @CsvSource({
    "full,0,true,t",
    "full,0,false,f",
    "reconcile,8,true,t",
    "reconcile,3,false,f",
    "incremental,0,false,f",
    "incremental,1,false,t",
    "incremental,7,true,t",
    "period,7,true,f",
    "details,0,true,f",
  })
  void onlyAPassThatReadsAllThatIsNewProvesAnId(String mode, int pass, boolean ended, String known)
      throws SQLException {
    run(
        mode,
        ", status = 'PARTIAL', cursor = '{\"pass\": %d, \"ended\": %b, \"highestId\": 100}'"
            .formatted(pass, ended));
    assertThat(knownId()).isEqualTo(known.equals("t") ? "100" : "null");
    for (String but : new String[] {"limited = true", "status = 'CANCELED'", "status = 'FAILED'"}) {
      database.execute("UPDATE sync_run SET status = 'PARTIAL', limited = false");
      database.execute("UPDATE sync_run SET " + but);
      assertThat(knownId()).as(but).isEqualTo("null");
    }
  }

  /** A complete run of yesterday, but for what {@code but} says. */
  private void run(String mode, String but) throws SQLException {
    runs++;
    database.run(
        "'"
            + mode
            + "', 'loja', "
            + (mode.equals("period") ? "'2026-01-01', '2026-01-31'" : "null, null")
            + ", run_id => '00000000-0000-0000-0000-"
            + "%012d'".formatted(runs));
    database.execute(
        "UPDATE sync_run SET status = 'COMPLETE', phase = 'ENDED',"
            + " started_at = now() - interval '1 day', generation = '"
            + generationId(1)
            + "' WHERE id = '00000000-0000-0000-0000-%012d'".formatted(runs));
    database.execute(
        "UPDATE sync_run SET headers = '{\"status\": \"COMPLETE\", \"done\": 1}', cursor ="
            + " '{\"pass\": 0, \"ended\": true, \"highestId\": 100}' WHERE id ="
            + " '00000000-0000-0000-0000-%012d'".formatted(runs));
    database.execute(
        "UPDATE sync_run SET version = version"
            + but
            + " WHERE id = '00000000-0000-0000-0000-%012d'".formatted(runs));
  }

  private static void generation(int number) throws SQLException {
    database.execute(
        "INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,"
            + " postgres_system, partitions) VALUES ('loja', '"
            + generationId(number)
            + "', 'k', 'h', 'e', 'p', 6)");
  }

  private static String generationId(int number) {
    return "10000000-0000-0000-0000-%012d".formatted(number);
  }

  private static String auto() throws SQLException {
    return database.text("SELECT ordem_auto_mode('loja')");
  }

  private static String knownId() throws SQLException {
    return database.text("SELECT ordem_known_id('loja')");
  }
}
