package dev.ordem.producer.runs;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about all runs now and then, by any producer and in bounded steps: old ones are
 * marked to be forgotten, with repairs and generations that are over, unless the database's clock
 * has just jumped; those that stand still are called stuck; the ledger is told again of those that
 * it did not cancel; all are counted. A run whose row somebody has locked is left for the next
 * time. Used by one thread; what it counted may be read by any.
 */
public final class RunMaintenance {
  private static final Logger LOG = LoggerFactory.getLogger(RunMaintenance.class);

  private static final int MOST_FORGOTTEN = 100;
  private static final int MOST_ROWS = 1_000;

  /** A day less than {@code os-headers} keeps what is written to it. */
  private static final Duration KEPT = Duration.ofDays(6);

  private static final String CLOCK = "SELECT clock_timestamp() AS clock";

  /** The newest complete run of each mode and account stays: others are judged by it. */
  private static final String FORGET =
      """
      UPDATE sync_run SET owed = array_append(owed, 'forget'), phase = 'ENDED' WHERE id IN (
        SELECT r.id FROM sync_run r
        WHERE r.status NOT IN ('QUEUED', 'RUNNING') AND NOT 'forget' = ANY (r.owed)
          AND r.created_at < ? AND coalesce(r.finished_at, r.created_at) < ?
          AND (r.status <> 'COMPLETE' OR EXISTS (SELECT FROM sync_run n
            WHERE n.account = r.account AND n.mode = r.mode AND n.status = 'COMPLETE'
              AND (n.created_at, n.id) > (r.created_at, r.id)))
        ORDER BY r.created_at LIMIT ? FOR UPDATE SKIP LOCKED)
      """;

  /** Of each account the present one stays; the others are over since the next one began. */
  private static final String FORGET_GENERATIONS =
      """
      DELETE FROM generation g WHERE EXISTS (SELECT FROM generation n WHERE n.account = g.account
        AND n.number > g.number AND n.created_at < ?)
      """;

  private static final String FORGET_REPAIRS =
      """
      DELETE FROM repair WHERE id IN (SELECT id FROM repair
        WHERE done_at < ?
        ORDER BY done_at LIMIT ?)
      """;

  /** The ledger may have been away for longer than the topic keeps the marker. */
  private static final String CANCEL_AGAIN =
      """
      UPDATE sync_run SET owed = array_append(owed, 'cancel'), progressed_at = clock_timestamp()
      WHERE id IN (SELECT r.id FROM sync_run r
        WHERE r.status = 'CANCELED' AND r.owed = '{}'
          AND r.progressed_at < clock_timestamp() - make_interval(secs => ?)
          AND r.id IN (SELECT p.run_id FROM sync_run_progress p WHERE p.open > 0)
        FOR UPDATE OF r SKIP LOCKED)
      """;

  private static final String RUNNING =
      "SELECT id, progressed_at FROM sync_run WHERE status = 'RUNNING'";

  private static final String STUCK =
      """
      UPDATE sync_run SET stuck = true WHERE id IN (SELECT id FROM sync_run
        WHERE id = ANY (?) AND status = 'RUNNING' AND NOT stuck
          AND progressed_at < clock_timestamp() - make_interval(secs => ?)
        FOR UPDATE SKIP LOCKED)
      RETURNING id, account, waits_for
      """;

  private static final String MOVING =
      """
      UPDATE sync_run SET stuck = false WHERE id IN (SELECT id FROM sync_run
        WHERE stuck AND (status <> 'RUNNING'
          OR progressed_at >= clock_timestamp() - make_interval(secs => ?))
        FOR UPDATE SKIP LOCKED)
      """;

  /**
   * One probe of an index each, however many runs are known. Between, not equal: otherwise Postgres
   * may read all runs in the order of their creation where it takes most to be of that mode.
   */
  private static final String STATES =
      """
      SELECT m.mode, newest.status, count(*) AS runs
      FROM (SELECT account FROM tiny_account UNION SELECT account FROM tiny_quota) AS a
        CROSS JOIN unnest(?) AS m (mode)
        CROSS JOIN LATERAL (SELECT r.status FROM sync_run r
          WHERE (r.account, r.mode) BETWEEN (a.account, m.mode) AND (a.account, m.mode)
          ORDER BY r.account, r.mode, r.created_at DESC LIMIT 1) AS newest
      GROUP BY m.mode, newest.status
      """;

  private final DataSource source;
  private final Duration retention;
  private final Duration patience;
  private final LongSupplier nanos;
  private final ClockJumps clock = new ClockJumps();
  private final StandStill still;
  private volatile Map<Mode, Map<RunStatus, Long>> states = Map.of();
  private volatile long stuck;

  /**
   * Does no I/O.
   *
   * @param retention how long ended runs are kept
   * @param patience how long a run may stand still before it is called stuck
   * @param nanos a steady clock, as {@link System#nanoTime}
   */
  public RunMaintenance(
      DataSource source, Duration retention, Duration patience, LongSupplier nanos) {
    this.source = source;
    this.retention = retention;
    this.patience = patience;
    this.nanos = nanos;
    this.still = new StandStill(patience);
  }

  /** Has some old runs forgotten; returns how many. */
  public int forgetOld() throws SQLException {
    Optional<Instant> before = keptSince();
    return before.isEmpty()
        ? 0
        : Sql.update(source, FORGET, before.get(), before.get(), MOST_FORGOTTEN);
  }

  /** Deletes repairs and generations that are over as long as runs are kept; returns how many. */
  public int forgetWhatIsOver() throws SQLException {
    Optional<Instant> before = keptSince();
    return before.isEmpty()
        ? 0
        : Sql.update(source, FORGET_REPAIRS, before.get(), MOST_ROWS)
            + Sql.update(source, FORGET_GENERATIONS, before.get());
  }

  /** What is older is not kept; empty: nobody can tell, as the database's clock has just jumped. */
  private Optional<Instant> keptSince() throws SQLException {
    Optional<Instant> now = Sql.first(source, CLOCK, row -> moment(row, "clock"));
    return now.filter(at -> clock.believed(at, nanos.getAsLong())).map(at -> at.minus(retention));
  }

  private static Instant moment(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /**
   * Has the ledger told once more of cancelled runs that it still works on, six days after it was
   * told last; returns of how many.
   */
  public int cancelAgain() throws SQLException {
    return Sql.update(source, CANCEL_AGAIN, KEPT);
  }

  /** Finds the runs that stand still, and those that do no longer. */
  public void findStuck() throws SQLException {
    Sql.update(source, MOVING, patience);
    Map<UUID, Instant> running =
        Sql.list(
                source,
                RUNNING,
                row -> Map.entry(row.getObject("id", UUID.class), moment(row, "progressed_at")))
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    List<Stuck> found =
        Sql.list(
            source,
            STUCK,
            row ->
                new Stuck(
                    row.getObject("id", UUID.class),
                    row.getString("account"),
                    String.valueOf(row.getString("waits_for"))),
            (Object) still.among(running, nanos.getAsLong()),
            patience);
    for (Stuck run : found) {
      LOG.warn(
          "run {} of {} has not moved for {}: {}", run.id, run.account, patience, run.waitsFor);
    }
  }

  /** Counts runs, for {@link #runs} and {@link #stuck}. */
  public void count() throws SQLException {
    Map<Mode, Map<RunStatus, Long>> counted = new EnumMap<>(Mode.class);
    String[] modes = java.util.Arrays.stream(Mode.values()).map(Mode::text).toArray(String[]::new);
    Sql.list(
            source,
            STATES,
            row ->
                counted
                    .computeIfAbsent(
                        Mode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
                        mode -> new EnumMap<>(RunStatus.class))
                    .put(RunStatus.valueOf(row.getString("status")), row.getLong("runs")),
            (Object) modes)
        .clear();
    states = counted;
    stuck =
        Sql.first(source, "SELECT count(*) FROM sync_run WHERE stuck", row -> row.getLong(1))
            .orElse(0L);
  }

  /** Accounts whose newest run of that mode is in that state. */
  public long runs(Mode mode, RunStatus status) {
    return states.getOrDefault(mode, Map.of()).getOrDefault(status, 0L);
  }

  /** Runs that stand still. */
  public long stuck() {
    return stuck;
  }

  private record Stuck(UUID id, String account, String waitsFor) {}
}
