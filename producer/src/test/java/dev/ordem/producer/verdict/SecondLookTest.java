package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.HeldRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What was proved is compared once more beside the last partition; what differs, when it is known.
 */
class SecondLookTest {
  private TestDatabase database;
  private Judge judge;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabase.holdingTen();
    judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
  }

  @Test
  void rowsThatGoAfterTheirPartitionWasProvedAreMissed() throws SQLException {
    database.run("DELETE FROM os WHERE id = 4");
    HeldRun run = database.settling("full", 10);
    judge.look(run);
    assertThat(database.of(run, "jsonb_array_length(certificate)")).isEqualTo("2");
    database.run("DELETE FROM os WHERE id = 3");
    database.run(
        "INSERT INTO os SELECT (jsonb_populate_record(o, '{\"id\": 4}')).* FROM os o"
            + " WHERE id = 1");
    database.run("UPDATE os SET revision = 1004, situacao = 4 WHERE id = 4");

    Looks.until(judge, run, () -> !database.all("SELECT 1 FROM repair").isEmpty());

    assertThat(database.of(run, "status")).isEqualTo("RUNNING");
    assertThat(database.one("SELECT partitions FROM repair")).isEqualTo("{0,1,2}");
  }

  @Test
  void aLedgerThatGoesOnDoesNotTakeBackWhatWasProved() throws SQLException {
    database.run("DELETE FROM os WHERE id = 4");
    database.run("DELETE FROM os_status_history WHERE os_id = 4");
    HeldRun run = database.settling("full", 10);
    judge.look(run);
    database.orders(4, 4);
    database.orders(11, 11);
    database.orders(13, 13);
    database.ledger(13, 6); // order 12, of partition 0, is still on its way

    Looks.until(judge, run, () -> judge.look(run) instanceof Judgement.Over);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
  }

  /** The sink that had the certificates is dead: what another repaired is newer than they are. */
  @Test
  void aCertificateThatNoSinkHasTakenInYetIsWaitedFor() throws SQLException {
    database.run("UPDATE os SET revision = 1 WHERE id = 4");
    TopicPartition certificates = new TopicPartition("sync-run-progress", 0);
    judge =
        new Judge(
            database.source, marker -> {}, () -> Map.of(certificates, 8L), Duration.ofHours(24));
    HeldRun run = database.settling("full", 10);
    Looks.until(judge, run, () -> !database.all("SELECT 1 FROM repair").isEmpty());
    database.repaired(0);
    database.run("INSERT INTO sink_topic VALUES ('sync-run-progress', 'id')");
    database.run("INSERT INTO sink_position VALUES ('sync-run-progress', 0, 'gone', 9000)");
    Looks.until(
        judge, run, () -> String.valueOf(database.of(run, "waits_for")).contains("not stored yet"));
    database.run("UPDATE sink_position SET topic_id = 'id', next_offset = 7");
    judge.look(run);
    assertThat(database.of(run, "waits_for")).contains("not stored yet");

    database.run("UPDATE sink_position SET next_offset = 8");
    database.run("UPDATE os SET revision = 1004 WHERE id = 4");
    Looks.until(judge, run, () -> "COMPLETE".equals(database.of(run, "status")));
    assertThat(database.of(run, "healed_at IS NULL")).isEqualTo("t");
  }
}
