package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.HeldRun;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What Tiny or Postgres said may name a person: it stands in {@code error} alone, which who may
 * only look sees masked, and not in the run's log.
 */
class QuotedAnswersTest {
  @Test
  void whatTinySaidOfAListStandsInTheErrorAlone() throws Exception {
    TestDatabase database = TestDatabase.holdingTen();
    Judge judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
    HeldRun run = database.settling("full", 10);
    database.run(
        """
        UPDATE sync_run SET headers = '{"status": "FAILED", "done": 10,
          "error": "GET ordem-servico: status 400, contato: marked"}'
        """);

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("PARTIAL");
    assertThat(database.of(run, "error")).contains("not read to the end: GET", "marked");
    assertThat(database.log(run))
        .anyMatch(line -> line.contains("not read to the end"))
        .noneMatch(line -> line.contains("marked"));
  }

  @Test
  void whatPostgresSaidOfARepairStandsInTheErrorAlone() throws Exception {
    TestDatabase database = TestDatabase.holdingTen();
    Judge judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
    database.run("UPDATE os SET revision = 1 WHERE id = 4");
    HeldRun run = database.settling("full", 10);
    Looks.until(judge, run, () -> !database.all("SELECT 1 FROM repair").isEmpty());
    database.repaired(0);
    database.run("UPDATE repair SET error = 'Failing row contains (marked)'");

    Looks.until(judge, run, () -> "PARTIAL".equals(database.of(run, "status")));

    assertThat(database.of(run, "error")).contains("the repair failed: Failing row", "marked");
    assertThat(database.log(run))
        .anyMatch(line -> line.contains("the repair failed"))
        .noneMatch(line -> line.contains("marked"));
  }

  @Test
  void whatARunSaidBeforeItCouldNotHealStandsInTheErrorAlone() throws Exception {
    TestDatabase database = TestDatabase.holdingTen();
    Judge judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
    HeldRun run = database.settling("full", 10);
    database.run(
        """
        UPDATE sync_run SET status = 'PARTIAL', phase = 'HEALING', finished_at = now(),
          generation = gen_random_uuid(), error = 'GET 7: status 400, marked'
        """);

    judge.look(run);

    assertThat(database.of(run, "phase")).isEqualTo("ENDED");
    assertThat(database.of(run, "error")).contains("cannot heal", "before: GET 7", "marked");
    assertThat(database.log(run))
        .anyMatch(line -> line.contains("cannot heal"))
        .noneMatch(line -> line.contains("marked"));
  }
}
