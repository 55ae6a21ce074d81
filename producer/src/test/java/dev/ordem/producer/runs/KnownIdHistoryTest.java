package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever runs begin, read, end, are cancelled and resumed in whichever order, and whatever the
 * clock shows: of each order up to the known id some run that counts has asked for the detail.
 */
class KnownIdHistoryTest {
  private static final UUID GENERATION = new UUID(1, 1);
  private static final int STEPS = 50;

  private static MigratedDatabase database;
  private static HikariDataSource pool;
  private static RunBook book;
  private final List<Known> runs = new ArrayList<>();
  private final StringBuilder story = new StringBuilder();
  private long newest;
  private long proofs;

  /** A run, and which orders' headers it has ever read. */
  private static final class Known {
    final HeldRun held;
    final String mode;
    final boolean bare;
    final Set<Long> asked = new HashSet<>();

    Known(HeldRun held, String mode, boolean bare) {
      this.held = held;
      this.mode = mode;
      this.bare = bare;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
    pool = database.pool(1);
    book = new RunBook(pool);
  }

  @AfterAll
  static void stop() throws Exception {
    pool.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void ofEachOrderUpToTheKnownIdSomeRunThatCountsHasAsked(int seed) throws SQLException {
    Random random = new Random(seed);
    database.clear();
    execute(
        "INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,"
            + " postgres_system, partitions) VALUES ('loja', '"
            + GENERATION
            + "', 'k', 'h', 'e', 'p', 6)");
    for (int step = 0; step < STEPS; step++) {
      take(random);
      List<String> counting = texts("SELECT id::text FROM sync_run WHERE status <> 'CANCELED'");
      check(false, counting);
      check(true, counting);
    }
    assertThat(proofs).as("the known id is asked for in vain").isPositive();
  }

  private void take(Random random) throws SQLException {
    newest += random.nextInt(3);
    int what = random.nextInt(10);
    if (runs.isEmpty() || what < 4) {
      begin(random);
      return;
    }
    Known run = runs.get(Math.max(0, runs.size() - 1 - random.nextInt(6)));
    String id = run.held.id().toString();
    String status = text("SELECT status FROM sync_run WHERE id = '" + id + "'");
    if (what < 7 && status.equals("RUNNING")) {
      go(run);
    } else if (what == 7 && status.equals("RUNNING")) {
      tell("cancel", run);
      execute("SELECT ordem_cancel('" + id + "')");
    } else if (what == 8 && !status.equals("RUNNING") && !status.equals("COMPLETE")) {
      tell("resume", run);
      execute("SELECT ordem_resume('" + id + "')");
      execute("UPDATE sync_run SET status = 'RUNNING', owed = '{}' WHERE id = '" + id + "'");
    }
  }

  private void begin(Random random) throws SQLException {
    String mode = List.of("incremental", "incremental", "full", "details").get(random.nextInt(4));
    boolean bare = !mode.equals("details") && random.nextInt(4) == 0;
    UUID id = new UUID(3, runs.size() + 1L);
    text(
        "SELECT ordem_run('"
            + mode
            + "', 'loja', headers_only => "
            + bare
            + ", run_id => '"
            + id
            + "')");
    HeldRun held = new HeldRun(id, "loja", new UUID(4, 4), 1);
    execute(
        "UPDATE sync_run SET request = request || '{\"max\": "
            + (1000 + runs.size())
            + "}', status = 'RUNNING', reading = 1, generation = '"
            + GENERATION
            + "', started_at = clock_timestamp() + interval '"
            + (random.nextInt(49) - 24)
            + " hours', lease_holder = '"
            + new UUID(4, 4)
            + "', lease_epoch = 1 WHERE id = '"
            + id
            + "'");
    Known run = new Known(held, mode, bare);
    runs.add(run);
    tell("begin", run);
  }

  /** The first list is read, then all of them, then it is judged. */
  private void go(Known run) throws SQLException {
    String where = " WHERE id = '" + run.held.id() + "'";
    String phase = text("SELECT phase FROM sync_run" + where);
    String cursor = text("SELECT cursor->>'pass' FROM sync_run" + where);
    if (!phase.equals("READING")) {
      tell("end", run);
      execute(
          "UPDATE sync_run SET phase = 'ENDED', finished_at = clock_timestamp(), status = '"
              + (newest % 2 == 0 ? "COMPLETE" : "PARTIAL")
              + "'"
              + where);
    } else if (cursor.equals("null")) {
      long floor = 0;
      if (run.mode.equals("incremental")) {
        floor = book.floor(run.held, run.bare, true, null).orElse(0L);
      }
      tell("read from " + floor + " to " + newest, run);
      for (long order = run.mode.equals("details") ? newest + 1 : floor + 1;
          order <= newest;
          order++) {
        run.asked.add(order);
      }
      execute(
          "UPDATE sync_run SET cursor = '{\"pass\": 1, \"highestId\": " + newest + "}'" + where);
    } else {
      tell("settle", run);
      if (run.mode.equals("details")) {
        runs.forEach(other -> run.asked.addAll(other.asked));
      }
      execute(
          "UPDATE sync_run SET phase = 'SETTLING', cursor = cursor || '{\"ended\": true}'" + where);
    }
  }

  private void check(boolean headersOnly, List<String> counting) throws SQLException {
    long known = book.knownId("loja", headersOnly).orElse(0L);
    Set<Long> asked = new HashSet<>();
    for (Known run : runs) {
      if (headersOnly || (!run.bare && counting.contains(run.held.id().toString()))) {
        asked.addAll(run.asked);
      }
    }
    for (long order = 1; order <= known; order++) {
      assertThat(asked).as("%s known of %s: %s", known, newest, story).contains(order);
    }
    proofs += known;
  }

  private void tell(String what, Known run) {
    story.append(
        String.format(
            Locale.ROOT,
            "%s %s%s %d; ",
            what,
            run.bare ? "bare " : "",
            run.mode,
            run.held.id().getLeastSignificantBits()));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> texts(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
      return texts;
    }
  }

  private static String text(String sql) throws SQLException {
    return texts(sql).get(0);
  }
}
