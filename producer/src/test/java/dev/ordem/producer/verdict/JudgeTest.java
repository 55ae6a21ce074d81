package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.runs.HeldRun;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs judged on a real Postgres that is filled as the sink fills it. */
class JudgeTest {
  private static final Duration A_DAY = Duration.ofHours(24);

  private final List<HeaderEvent.Marker> sent = new ArrayList<>();
  private TestDatabase database;
  private Judge judge;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabase.holdingTen();
    judge = new Judge(database.source, sent::add, Map::of, A_DAY);
  }

  @Test
  void aRunThatMissesNothingIsCompleteAtTheFirstLook() throws SQLException {
    HeldRun run = database.settling("full", 10);

    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());

    assertThat(database.of(run, "status || phase")).isEqualTo("COMPLETEENDED");
    assertThat(database.of(run, "finished_at IS NOT NULL AND healed_at IS NULL")).isEqualTo("t");
    assertThat(database.of(run, "details")).contains("\"COMPLETE\"", "\"total\": 12");
    assertThat(database.of(run, "store")).contains("\"COMPLETE\"", "\"done\": 10");
    assertThat(database.of(run, "jsonb_array_length(certificate)")).isEqualTo("3");
    assertThat(database.log(run))
        .containsExactly(
            "Postgres holds what the ledger holds: partitions 0, 1, 2",
            "12 of 12 details are settled",
            "COMPLETE: nothing is missing");
    assertThat(sent).isEmpty();
  }

  @Test
  void theCertificateOfARunIsWhatAnybodyCanCompute() throws SQLException {
    HeldRun run = database.settling("full", 10);
    judge.look(run);

    String computed =
        database.one(
            """
            SELECT count(*) || ' ' || bit_xor(('x'||left(md5(id||':'||revision),16))::bit(64)::bigint)
            FROM os WHERE account = 'loja' AND partition = 1 AND removed_at IS NULL
            """);
    String kept =
        database.of(
            run,
            "jsonb_path_query_first(certificate, '$[*] ? (@.partition == 1)')->>'orders' || ' ' ||"
                + " (jsonb_path_query_first(certificate, '$[*] ? (@.partition =="
                + " 1)')->>'ordersXor')");
    assertThat(kept).isEqualTo(computed);
  }

  @Test
  void rowsThatAreGoneAreRepairedAndThenItIsComplete() throws SQLException {
    database.run("DELETE FROM os WHERE id IN (3, 4)");
    database.run("DELETE FROM os_status_history WHERE os_id IN (3, 4)");
    HeldRun run = database.settling("full", 10);

    Looks.until(judge, run, () -> !database.all("SELECT 1 FROM repair").isEmpty());

    assertThat(database.one("SELECT partitions FROM repair WHERE extras")).isEqualTo("{0,1,2}");
    assertThat(database.of(run, "status")).isEqualTo("RUNNING");
    database.orders(3, 4);
    database.repaired(2);

    Looks.until(judge, run, () -> judge.look(run) instanceof Judgement.Over);
    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
    assertThat(database.log(run)).anyMatch(line -> line.contains("put 2 rows right"));
    assertThat(sent).isEmpty();
  }

  @Test
  void whatDiffersAfterTheOneRepairIsPartialWithItsPartitions() throws SQLException {
    database.run("UPDATE os SET revision = 1 WHERE id = 4");
    HeldRun run = database.settling("full", 10);
    Looks.until(judge, run, () -> !database.all("SELECT 1 FROM repair").isEmpty());
    database.repaired(0);

    Looks.until(judge, run, () -> "PARTIAL".equals(database.of(run, "status")));

    assertThat(database.of(run, "phase")).isEqualTo("HEALING");
    assertThat(database.of(run, "error"))
        .contains("partition 1 has as many rows")
        .doesNotContain("partition 0");
    assertThat(database.of(run, "store")).contains("PARTIAL");
    assertThat(database.one("SELECT count(*) FROM repair")).isEqualTo("1");

    database.run("UPDATE os SET revision = 1004 WHERE id = 4");
    Looks.until(judge, run, () -> "COMPLETE".equals(database.of(run, "status")));
    assertThat(database.of(run, "healed_at IS NOT NULL")).isEqualTo("t");
  }

  @Test
  void aRepairThatNoSinkTakesIsWhatTheRunWaitsFor() throws SQLException {
    database.run("TRUNCATE os");
    HeldRun run = database.settling("full", 10);

    Looks.until(judge, run, () -> String.valueOf(database.of(run, "waits_for")).contains("sink"));

    assertThat(database.of(run, "waits_for")).contains("none has taken it");
    assertThat(database.of(run, "status")).isEqualTo("RUNNING");
  }

  @Test
  void rowsOfNoPartitionAreNotOverlooked() throws SQLException {
    database.orders(11, 11);
    database.run("UPDATE os SET partition = NULL WHERE id = 11");
    database.run("DELETE FROM os_status_history WHERE os_id = 11");
    HeldRun run = database.settling("full", 10);

    judge.look(run);
    assertThat(database.one("SELECT partitions FROM repair")).isEqualTo("{0,1,2}");
    database.repaired(0);

    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);
    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALHEALING");
    assertThat(database.of(run, "error")).contains("1 rows of Postgres stand in no partition");
  }

  @Test
  void aPartialRunHealsWhenNothingIsLeft() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run_progress SET settled = 3, parked = 1 WHERE partition = 1");
    database.run(
        """
        INSERT INTO os_sync_queue (account, os_id, state, lane, run_id, attempts, updated_at,
          source_offset) VALUES ('loja', 4, 'PARKED', 'RETRY', ?, 5, now(), 0)
        """,
        run.id());
    judge.look(run);
    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALHEALING");
    assertThat(database.of(run, "error")).contains("1 details could not be read: 4");
    String finished = database.of(run, "finished_at");

    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);
    assertThat(database.of(run, "status")).isEqualTo("PARTIAL");

    database.progress(run, 1, 5);
    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status || phase")).isEqualTo("COMPLETEENDED");
    assertThat(database.of(run, "error")).isNull();
    assertThat(database.of(run, "finished_at")).isEqualTo(finished);
    assertThat(database.of(run, "healed_at > finished_at")).isEqualTo("t");
  }

  @Test
  void unreadableHeadersEndTheRunForGood() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run(
        "UPDATE sync_run SET cursor = cursor ||"
            + " '{\"unreadable\":{\"count\":1,\"names\":[\"9\"]}}'");

    judge.look(run);

    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALENDED");
    assertThat(database.of(run, "error")).contains("could not be read: 9");
  }

  @Test
  void anEmptyListAsksAPersonAndRemovesNothing() throws SQLException {
    HeldRun run = database.settling("full", 0);
    database.run("UPDATE sync_run_progress SET known = 10, absent = 10");

    judge.look(run);
    assertThat(database.of(run, "absences")).isEqualTo("ASKED");
    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());

    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALENDED");
    assertThat(database.of(run, "error")).contains("30 of 30", "a person");
    assertThat(sent).isEmpty();
  }

  @Test
  void whatAPersonConfirmsIsSentToTheLedgerOnceAndThenWaitedFor() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run_progress SET known = 10, absent = 10");
    database.run("UPDATE sync_run SET absences = 'CONFIRMED'");

    judge.look(run);
    judge.look(run);
    assertThat(sent)
        .singleElement()
        .isInstanceOfSatisfying(
            HeaderEvent.AbsencesConfirmed.class,
            marker -> {
              assertThat(marker.runId()).isEqualTo(run.id());
              assertThat(marker.reading()).isEqualTo(7);
            });
    database.run("UPDATE sync_run_progress SET absences_counted = true");

    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void aMarkerThatKafkaDidNotTakeIsSentAgain() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run_progress SET absent = 1");
    Judge unlucky =
        new Judge(
            database.source,
            marker -> {
              throw new IllegalStateException("Kafka is away");
            },
            Map::of,
            Duration.ofHours(24));

    assertThatThrownBy(() -> unlucky.look(run)).hasMessage("Kafka is away");
    judge.look(run);

    assertThat(sent).hasSize(1);
  }

  @Test
  void aProducerThatLostTheLeaseWritesNothing() throws SQLException {
    HeldRun run = database.settling("full", 10);
    String before = database.of(run, "sync_run::text");

    HeldRun older = new HeldRun(run.id(), "loja", run.holder(), 2);
    HeldRun other = new HeldRun(run.id(), "loja", UUID.randomUUID(), 3);
    assertThat(judge.look(older)).isEqualTo(new Judgement.Over());
    assertThat(judge.look(other)).isEqualTo(new Judgement.Over());

    assertThat(database.of(run, "sync_run::text")).isEqualTo(before);
    assertThat(database.log(run)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status = 'CANCELED'",
        "phase = 'ENDED'",
        "reading = 8",
        "lease_epoch = 4",
        "lease_holder = gen_random_uuid()",
      })
  void nothingIsWrittenToARunThatChangedWhileItWasJudged(String change) throws SQLException {
    HeldRun run = database.settling("full", 10);
    Evidence evidence =
        new EvidenceStore(database.source, Map::of).read(run, new StallTracker()).orElseThrow();
    database.run("UPDATE sync_run SET " + change);

    boolean written =
        new RunWriter(database.source)
            .fenced(
                run,
                evidence.run(),
                connection -> {
                  throw new AssertionError("writes in spite of " + change);
                });

    assertThat(written).isFalse();
  }

  @Test
  void aCancelledRunIsNotJudged() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run SET status = 'CANCELED'");

    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status")).isEqualTo("CANCELED");
  }

  @Test
  void aPartitionOnceProvedStaysProvedWhileItGoesOnChanging() throws SQLException {
    HeldRun run = database.settling("incremental", 10);
    database.run(
        "UPDATE sync_run_progress SET open = 1, certificate_version = NULL"
            + " WHERE partition = 2");
    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);
    assertThat(database.of(run, "jsonb_array_length(certificate)")).isEqualTo("2");

    database.run("UPDATE account_certificate SET version = 9, orders_xor = 1 WHERE partition < 2");
    database.progress(run, 2, 5);

    Judge takingOver = new Judge(database.source, sent::add, Map::of, A_DAY);
    assertThat(takingOver.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void anOldGenerationIsReadAgain() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run SET generation = gen_random_uuid()");

    assertThat(judge.look(run)).isInstanceOf(Judgement.ReadAgain.class);

    assertThat(database.log(run)).singleElement().asString().contains("read again");
  }

  @Test
  void aRunWhoseProgressIsRemovedIsReadAgain() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run_progress SET ended = false WHERE partition = 1");
    StallTracker attention = new StallTracker();
    assertThat(judge.look(run, attention)).isInstanceOf(Judgement.Waits.class);

    database.run("DELETE FROM sync_run_progress WHERE partition = 1");
    assertThat(judge.look(run, attention)).isInstanceOf(Judgement.Waits.class);
    assertThat(attention.trials(null, null, null).gone()).containsOnlyKeys(1);

    StallTracker longAgo = new StallTracker();
    longAgo.shown(Set.of(1), Instant.EPOCH);
    longAgo.shown(Set.of(), Instant.EPOCH);
    assertThat(judge.look(run, longAgo)).isInstanceOf(Judgement.ReadAgain.class);
    assertThat(database.log(run)).last().asString().contains("read again");
  }

  @Test
  void whatTheLedgerDidNotPassWithinSixDaysIsReadAgain() throws SQLException {
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE sync_run_progress SET ended = false WHERE partition = 1");
    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);

    database.run("UPDATE sync_run SET began_at = now() - interval '6 days'");

    assertThat(judge.look(run)).isInstanceOf(Judgement.ReadAgain.class);
  }

  @Test
  void anAccountThatNeverStandsStillIsAskedToHold() throws SQLException {
    database.run("UPDATE os SET revision = 1 WHERE id = 4");
    HeldRun run = database.settling("full", 10);
    StallTracker impatient = new StallTracker();
    impatient.comparing(true, Instant.now().minusSeconds(40));

    judge.look(run, impatient);
    judge.look(run, impatient);

    assertThat(sent)
        .singleElement()
        .isInstanceOfSatisfying(
            HeaderEvent.Hold.class,
            hold -> {
              assertThat(hold.account()).isEqualTo("loja");
              assertThat(hold.millis()).isEqualTo(5000);
            });
    assertThat(database.log(run)).filteredOn(line -> line.contains("hold for 5 s")).hasSize(1);
  }

  @Test
  void oneHoldAMinuteIsAllThatAnAccountIsAsked() throws SQLException {
    HeldRun one = database.settling("full", 10);
    HeldRun other = database.settling("incremental", 10);
    RunWriter writer = new RunWriter(database.source);
    List<Boolean> may = new ArrayList<>();
    for (HeldRun run : List.of(one, other, one)) {
      Evidence evidence =
          new EvidenceStore(database.source, Map::of).read(run, new StallTracker()).orElseThrow();
      writer.fenced(
          run,
          evidence.run(),
          connection -> {
            may.add(RunWriter.mayHold(connection, "loja"));
            RunWriter.Line line =
                RunWriter.Line.info(
                    dev.ordem.producer.runs.RunLog.Module.STORE,
                    "holds",
                    java.util.Map.of("holdMillis", 5000));
            RunWriter.log(connection, evidence.run(), line);
          });
    }

    assertThat(may).containsExactly(true, false, false);
    database.run("UPDATE sync_run_log SET at = at - interval '61 seconds'");
    try (var connection = database.source.getConnection()) {
      assertThat(RunWriter.mayHold(connection, "loja")).isTrue();
    }
  }
}
