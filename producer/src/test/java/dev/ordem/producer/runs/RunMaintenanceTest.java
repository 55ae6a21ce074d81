package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunMaintenanceTest {
  private static MigratedDatabase database;

  private Duration passed = Duration.ZERO;
  private RunMaintenance upkeep;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
    upkeep =
        new RunMaintenance(
            database.source(), Duration.ofDays(90), Duration.ofHours(1), () -> passed.toNanos());
  }

  @Test
  void oldRunsAreForgottenButTheNewestCompleteOneOfEachModeAndAccount() throws Exception {
    UUID newest = ended("full", "loja", "COMPLETE", 100);
    UUID older = ended("full", "loja", "COMPLETE", 110);
    UUID otherMode = ended("reconcile", "loja", "COMPLETE", 120);
    UUID otherAccount = ended("full", "outra", "COMPLETE", 130);
    UUID canceled = ended("period", "loja", "CANCELED", 95);
    UUID partial = ended("details", "loja", "PARTIAL", 95);
    UUID young = ended("incremental", "loja", "FAILED", 80);
    UUID running = ended("incremental", "loja", "RUNNING", 200);
    assertThat(upkeep.forgetOld()).isEqualTo(3);
    assertThat(upkeep.forgetOld()).isZero();
    for (UUID kept : new UUID[] {newest, otherMode, otherAccount, young, running}) {
      assertThat(column(kept, "owed::text")).isEqualTo("{}");
    }
    for (UUID forgotten : new UUID[] {older, canceled, partial}) {
      assertThat(column(forgotten, "owed::text || phase")).isEqualTo("{forget}ENDED");
    }
  }

  @Test
  void aRunThatFinishedOfLateIsKeptHoweverOldItIs() throws Exception {
    UUID run = ended("full", "loja", "PARTIAL", 200);
    set(run, "finished_at = now()");
    assertThat(upkeep.forgetOld()).isZero();
  }

  @Test
  void manyRunsAreForgottenInSteps() throws Exception {
    database.execute(
        "INSERT INTO sync_run (id, account, mode, status, phase, created_at, request)"
            + " SELECT gen_random_uuid(), 'loja', 'full', 'CANCELED', 'ENDED',"
            + " now() - interval '100 days', '{\"mode\": \"full\"}' FROM generate_series(1, 150)");
    assertThat(upkeep.forgetOld()).isEqualTo(100);
    assertThat(upkeep.forgetOld()).isEqualTo(50);
  }

  @Test
  void nothingIsForgottenByAClockThatHasJustJumped() throws Exception {
    assertThat(upkeep.forgetOld() + upkeep.forgetWhatIsOver()).isZero();
    UUID old = ended("full", "loja", "CANCELED", 100);
    generation("loja", 1, 300);
    generation("loja", 2, 200);
    passed = Duration.ofHours(-2); // seen from here, the database's clock is two hours ahead
    assertThat(upkeep.forgetOld() + upkeep.forgetWhatIsOver()).isZero();
    assertThat(column(old, "owed::text")).isEqualTo("{}");

    for (int minutes = -119; minutes <= -56; minutes += 3) {
      passed = Duration.ofMinutes(minutes);
      upkeep.forgetOld();
    }
    assertThat(column(old, "owed::text")).as("it went well for an hour").isEqualTo("{forget}");
    assertThat(upkeep.forgetWhatIsOver()).isEqualTo(1);
  }

  @Test
  void repairsThatWereDoneLongAgoAreForgotten() throws Exception {
    database.execute(
        "INSERT INTO repair (account, partitions, requested_by, requested_at, done_at)"
            + " SELECT 'loja', '{0}', name, now() - interval '1 year', done FROM (VALUES"
            + " ('old', now() - interval '91 days'), ('young', now() - interval '89 days'),"
            + " ('open', NULL)) AS v (name, done)");

    assertThat(upkeep.forgetWhatIsOver()).isEqualTo(1);

    assertThat(database.texts("SELECT requested_by FROM repair ORDER BY 1"))
        .containsExactly("open", "young");
  }

  @Test
  void generationsThatEndedLongAgoAreForgottenButThePresentOneNever() throws Exception {
    generation("loja", 1, 300);
    generation("loja", 2, 200);
    generation("loja", 3, 91);
    generation("loja", 4, 10);
    generation("outra", 5, 300);

    assertThat(upkeep.forgetWhatIsOver()).isEqualTo(2);

    assertThat(database.texts("SELECT kafka_cluster FROM generation ORDER BY 1"))
        .as("the third ended ten days ago")
        .containsExactly("3", "4", "5");
  }

  @Test
  void aCancelThatTheLedgerDidNotPassIsToldAgainAfterSixDaysAndNotSooner() throws Exception {
    UUID open = canceled("6 days 1 hour", 3);
    UUID recent = canceled("5 days 23 hours", 3);
    UUID passed = canceled("20 days", 0);

    assertThat(upkeep.cancelAgain()).isEqualTo(1);
    assertThat(column(open, "owed::text")).isEqualTo("{cancel}");
    assertThat(column(recent, "owed::text")).isEqualTo("{}");
    assertThat(column(passed, "owed::text")).isEqualTo("{}");

    set(open, "owed = '{}'"); // it was sent
    assertThat(upkeep.cancelAgain()).as("it has six days again").isZero();
  }

  private static UUID canceled(String ago, int openClaims) throws SQLException {
    UUID run = ended("full", "loja", "CANCELED", 30);
    set(run, "progressed_at = now() - interval '" + ago + "'");
    database.execute(
        """
        INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
          unchanged, requested, settled, parked, updated_at, source_offset, open)
        VALUES ('%s', 1, 'loja', true, 0, 0, 0, 0, 0, 0, 0, now(), 100, %d)
        """
            .formatted(run, openClaims));
    return run;
  }

  private static void generation(String account, int number, int days) throws SQLException {
    database.execute(
        """
        INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,
          postgres_system, partitions, created_at)
        VALUES ('%s', gen_random_uuid(), '%d', 'h', 'e', 'p', 6, now() - interval '%d days')
        """
            .formatted(account, number, days));
  }

  @Test
  void aRunThatDoesNotMoveForAnHourIsStuckUntilItMoves() throws Exception {
    UUID still = database.run("'full', 'loja'");
    set(still, "status = 'RUNNING', progressed_at = now() - interval '61 minutes'");
    UUID moving = database.run("'full', 'outra'");
    set(moving, "status = 'RUNNING', progressed_at = now() - interval '59 minutes'");
    upkeep.findStuck();
    upkeep.count();
    assertThat(upkeep.stuck()).isEqualTo(1);
    assertThat(column(still, "stuck")).isEqualTo("t");
    set(still, "progressed_at = now()");
    upkeep.findStuck();
    upkeep.count();
    assertThat(upkeep.stuck()).isZero();
    set(still, "progressed_at = now() - interval '2 hours'");
    upkeep.findStuck();
    assertThat(column(still, "stuck")).as("it moved, by a clock that was set since").isEqualTo("f");
    passed = Duration.ofHours(1);
    upkeep.findStuck();
    assertThat(column(still, "stuck")).isEqualTo("t");
    set(still, "status = 'CANCELED'");
    upkeep.findStuck();
    assertThat(column(still, "stuck")).isEqualTo("f");
  }

  @Test
  void theNewestRunOfEachAccountAndModeIsCounted() throws Exception {
    ended("full", "loja", "FAILED", 3);
    ended("full", "loja", "COMPLETE", 2);
    ended("full", "outra", "COMPLETE", 1);
    ended("reconcile", "outra", "PARTIAL", 1);
    upkeep.count();
    assertThat(upkeep.runs(Mode.FULL, RunStatus.COMPLETE)).isEqualTo(2);
    assertThat(upkeep.runs(Mode.FULL, RunStatus.FAILED)).isZero();
    assertThat(upkeep.runs(Mode.RECONCILE, RunStatus.PARTIAL)).isEqualTo(1);
  }

  private static UUID ended(String mode, String account, String status, int days)
      throws SQLException {
    UUID id = UUID.randomUUID();
    database.execute(
        """
        INSERT INTO sync_run (id, account, mode, status, phase, created_at, finished_at, request)
        VALUES ('%s', '%s', '%s', '%s', '%s', now() - interval '%d days',
          now() - interval '%d days', '{"mode": "%s"}')
        """
            .formatted(
                id,
                account,
                mode,
                status,
                status.equals("PARTIAL")
                    ? "HEALING"
                    : status.equals("RUNNING") ? "SETTLING" : "ENDED",
                days,
                days,
                mode));
    return id;
  }

  private static void set(UUID run, String columns) throws SQLException {
    database.execute("UPDATE sync_run SET " + columns + " WHERE id = '" + run + "'");
  }

  private static String column(UUID run, String column) throws SQLException {
    return database.text("SELECT " + column + " FROM sync_run WHERE id = '" + run + "'");
  }
}
