package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.HeldRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reconcile tells when it ends. */
class ReconcileReportTest {
  private TestDatabase database;
  private Judge judge;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabase.holdingTen();
    judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
  }

  @Test
  void aReconcileReportsAllSides() throws SQLException {
    HeldRun run = database.settling("reconcile", 10);
    database.run("UPDATE sync_run SET cursor = cursor || '{\"totals\":{\"0\":1,\"1\":2}}'");
    database.run("UPDATE os SET detail_fetched_at = now() - interval '2 days' WHERE id = 1");

    judge.look(run);

    assertThat(database.of(run, "report->'bySituacao'->'1'"))
        .isEqualTo("{\"tiny\": 2, \"ledger\": 0, \"postgres\": 2}");
    assertThat(database.of(run, "report->'all'"))
        .isEqualTo("{\"tiny\": 10, \"ledger\": 9, \"postgres\": 10}");
    assertThat(database.of(run, "report->>'stale'")).isEqualTo("1");
    assertThat(database.of(run, "report->>'found'")).isEqualTo("6");
    assertThat(database.of(run, "report->>'calls'")).isNull();
    assertThat(database.of(run, "(report->>'seconds')::int >= 60")).isEqualTo("t");
  }

  @Test
  void callsAreReportedWhereTheyAreCounted() throws SQLException {
    database.run(
        "INSERT INTO tiny_quota_permit (id, account, kind, granted_at, held_until)"
            + " VALUES (1, 'loja', 1, now(), now()), (2, 'loja', 1, now() - interval '1 hour', now())");
    HeldRun run = database.settling("reconcile", 10);

    judge.look(run);

    assertThat(database.of(run, "report->>'calls'")).isEqualTo("1");
  }
}
