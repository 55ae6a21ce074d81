package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.HeldRun;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run of details that may ask for so many. */
class BudgetTest {
  @ParameterizedTest
  @CsvSource({"null,t", "false,f", "true,t"})
  void whetherABudgetLeftSomethingIsTheLedgersWord(String left, String limited)
      throws SQLException {
    TestDatabase database = TestDatabase.holdingTen();
    Judge judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
    HeldRun run = database.settling("details", 0);
    database.run("UPDATE sync_run SET limited = true WHERE id = ?", run.id());
    database.run(
        "UPDATE sync_run_progress SET details_left = "
            + left
            + " WHERE partition <> 0 OR "
            + left
            + " IS NULL");
    judge.look(run);
    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
    assertThat(database.of(run, "limited")).isEqualTo(limited);
  }
}
