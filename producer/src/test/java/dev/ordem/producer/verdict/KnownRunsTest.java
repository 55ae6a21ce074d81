package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.runs.KnownRuns;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunMaintenance;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However many runs are known, and however they ended, a new one looks at a handful: rows of tables
 * and entries of indexes that Postgres touches are counted.
 */
class KnownRunsTest {
  private static final int FEW = 10;
  private static final int MANY = 3_000;

  /** What a plan may touch more, where statistics of more rows make Postgres choose another one. */
  private static final long SLACK = 60;

  private static MigratedDatabase database;
  private static KnownRuns known;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
    known = new KnownRuns(database);
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    database.clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version = 1",
        "mode = 'full'",
        "mode = 'details'",
        "mode = 'period'",
        "request = '{\"headersOnly\": true}'",
        "request = '{\"headersOnly\": true}', mode = 'full'",
        "request = '{\"headersOnly\": true}', mode = 'full', cursor = '{\"ended\": true}'",
        "status = 'PARTIAL', headers = '{\"status\": \"PARTIAL\"}'",
        "status = 'PARTIAL', absences = 'ASKED', mode = 'full'",
        "status = 'CANCELED'",
        "status = 'FAILED', cursor = null",
        "limited = true, mode = 'details'",
        "generation = null",
      })
  void aNewRunTouchesAsManyRowsHoweverManyAreKnown(String but) throws Exception {
    Map<String, Long> few = known.touchedBeside(FEW, but, KnownRunsTest::look);
    database.clear();
    Map<String, Long> many = known.touchedBeside(MANY, but, KnownRunsTest::look);
    assertThat(total(many)).as("%s, with few %s", many, few).isLessThan(total(few) + SLACK);
  }

  @Test
  void whatIsTouchedIsCounted() throws Exception {
    Map<String, Long> touched =
        known.touchedBeside(
            MANY,
            "version = 1",
            source -> database.execute("SELECT count(*) FROM sync_run WHERE error IS NULL"));
    assertThat(touched).containsExactlyEntriesOf(Map.of("sync_run", (long) MANY));
  }

  /**
   * What is asked of runs, each time that one is carried out or that a producer looks after all.
   */
  private static void look(DataSource one) throws Exception {
    RunBook book = new RunBook(one);
    for (boolean headersOnly : new boolean[] {true, false}) {
      book.auto("loja", headersOnly, Duration.ofHours(2));
      book.knownId("loja", headersOnly);
    }
    try (Connection connection = one.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT ordem_run('full', 'loja')");
      statement.execute("SELECT * FROM run_claim(gen_random_uuid(), interval '8 seconds', 1, 10)");
      EvidenceStore.heldAt(connection, "loja");
      EvidenceStore.repair(connection, "loja", "run nobody");
    }
    RunMaintenance maintenance =
        new RunMaintenance(one, Duration.ofDays(90), Duration.ofHours(1), System::nanoTime);
    maintenance.forgetOld();
    maintenance.forgetWhatIsOver();
    maintenance.cancelAgain();
    maintenance.findStuck();
    maintenance.count();
    assertThat(maintenance.runs(Mode.FULL, RunStatus.RUNNING)).isEqualTo(1);
  }

  private static long total(Map<String, Long> touched) {
    return touched.values().stream().mapToLong(Long::longValue).sum();
  }
}
