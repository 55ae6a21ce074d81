package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Checksum;
import dev.ordem.producer.runs.HeldRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Postgres refused: known, taken out of both sides, and told of once. */
class RefusedRowsTest {
  private TestDatabase database;
  private Judge judge;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabase.holdingTen();
    judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
  }

  @Test
  void aRefusedRowIsTakenOutOfBothSidesAndMakesItsRunPartial() throws SQLException {
    database.refuse(4, "now()");
    HeldRun run = database.settling("full", 10);

    assertThat(lookAndRepair(run)).isInstanceOf(Judgement.Waits.class);

    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALHEALING");
    assertThat(database.of(run, "error")).contains("1 orders").contains(": 4");
    assertThat(database.of(run, "jsonb_array_length(certificate)")).isEqualTo("3");
  }

  @Test
  void aRowRefusedLongAgoOfAnotherRunIsNotHeldAgainstOneThatReadsNewsOnly() throws SQLException {
    database.refuse(4, "now() - interval '1 day'");
    HeldRun run = database.settling("incremental", 10);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  /** By its number: the database's clock may have been set back, or put right, in between. */
  @ParameterizedTest
  @ValueSource(strings = {"1 hour", "1 day", "-1 hour", "-1 day"})
  void aRowRefusedSinceTheRunBeganIsHeldAgainstItWhateverTheClockShowed(String back)
      throws SQLException {
    HeldRun run = database.settling("incremental", 10);
    database.refuse(4, "now() - interval '" + back + "'");

    lookAndRepair(run);

    assertThat(database.of(run, "status")).isEqualTo("PARTIAL");
    assertThat(database.of(run, "error")).contains(": 4");
  }

  @Test
  void aRowRefusedBeforeAStepBackOfTheClockIsNotHeldAgainstARunThatBeganAfterIt()
      throws SQLException {
    database.refuse(4, "now() + interval '1 hour'");
    HeldRun run = database.settling("incremental", 10);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  /** It read every order there is, so what it says of all must be true of all. */
  @ParameterizedTest
  @CsvSource({"full,REFUSED", "reconcile,REFUSED", "full,EXTRA"})
  void aWholeRunNamesEveryRowThatIsSetAside(String mode, String state) throws SQLException {
    database.refuse(4, "now() - interval '1 day'");
    if (state.equals("EXTRA")) {
      database.run("UPDATE os_refused SET state = 'EXTRA', checksum = NULL, os_id = 11");
      database.run("DELETE FROM os_status_history WHERE os_id = 4");
      database.orders(4, 4);
      database.orders(11, 11);
      database.run("DELETE FROM os_status_history WHERE os_id = 11");
    }
    HeldRun run = database.settling(mode, 10);

    lookAndRepair(run);

    assertThat(database.of(run, "status || phase")).isEqualTo("PARTIALHEALING");
    assertThat(database.of(run, "error"))
        .contains("1 orders")
        .contains(state.equals("EXTRA") ? ": 11" : ": 4");
  }

  @Test
  void whatIsRefusedIsTriedOnceMoreBeforeTheVerdict() throws SQLException {
    database.refuse(4, "now() - interval '1 day'");
    HeldRun run = database.settling("full", 10);

    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);
    assertThat(database.one("SELECT partitions::text || requested_by FROM repair WHERE extras"))
        .startsWith("{1}run");
    database.run("DELETE FROM os_status_history WHERE os_id = 4");
    database.orders(4, 4);
    database.run("DELETE FROM os_refused");
    database.repaired(1);

    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void aRowRefusedLongAgoThatTheRunBroughtMakesItPartial() throws SQLException {
    database.refuse(4, "now() - interval '1 day'");
    HeldRun run = database.settling("full", 10);
    database.run("UPDATE os_refused SET run_ids = ARRAY[?]::uuid[]", run.id());

    lookAndRepair(run);

    assertThat(database.of(run, "status")).isEqualTo("PARTIAL");
  }

  @Test
  void anOlderFormOfARefusedRowIsNoDifference() throws SQLException {
    database.refuse(4, "now() - interval '1 day'");
    database.run(
        """
        INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,
          revision, source_at, source_offset, partition)
        VALUES ('loja', 4, 1, '{}', '{}', true, now(), 7, now(), 1, 1)
        """);
    HeldRun run = database.settling("incremental", 10);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void aRefusedChangeIsTakenOutToo() throws SQLException {
    database.run("DELETE FROM os_status_history WHERE os_id = 4 AND sequence = 2");
    database.run(
        """
        INSERT INTO os_refused (table_name, account, os_id, sequence, state, partition, checksum,
          cause, error, last_at)
        VALUES ('os_status_history', 'loja', 4, 2, 'REFUSED', 1, ?, 'check', 'refused',
          now() - interval '1 day')
        """,
        Checksum.ofChange(4, 2, 0, 4));
    HeldRun run = database.settling("incremental", 10);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void aRowThatTheLedgerDoesNotKnowIsTakenOutOfPostgres() throws SQLException {
    database.orders(11, 11);
    database.run("DELETE FROM os_status_history WHERE os_id = 11");
    database.run(
        """
        INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error, last_at)
        VALUES ('os', 'loja', 11, 'EXTRA', 2, 'extra', 'unknown', now() - interval '1 day')
        """);
    HeldRun run = database.settling("incremental", 10);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  @Test
  void itHealsOnceTheRowIsStored() throws SQLException {
    database.refuse(4, "now()");
    HeldRun run = database.settling("full", 10);
    lookAndRepair(run);
    assertThat(database.of(run, "phase")).isEqualTo("HEALING");

    database.run("DELETE FROM os_status_history WHERE os_id = 4");
    database.orders(4, 4);
    database.run("DELETE FROM os_refused");

    assertThat(judge.look(run)).isEqualTo(new Judgement.Over());
    assertThat(database.of(run, "status || (healed_at IS NOT NULL)")).isEqualTo("COMPLETEtrue");
  }

  /** A sink tries in between, in vain. */
  private Judgement lookAndRepair(HeldRun run) throws SQLException {
    assertThat(judge.look(run)).isInstanceOf(Judgement.Waits.class);
    assertThat(database.of(run, "status")).isEqualTo("RUNNING");
    database.repaired(0);
    return judge.look(run);
  }
}
