package dev.ordem.producer.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The book of runs: rows of {@code sync_run}, and how reading the headers changes them. Every write
 * names holder and epoch, and says whether it found the row: false means that the run was lost, or
 * cancelled, and that nothing was written. Thread safe.
 */
public final class RunBook {
  private static final String HELD = " WHERE id = ? AND lease_holder = ? AND lease_epoch = ?";
  private static final String BEING_READ = HELD + " AND status = 'RUNNING' AND phase = 'READING'";

  private static final String ROW =
      """
      SELECT request, mode, status, phase, reading, generation, began_at, started_at, owed, cursor,
        coalesce((headers->>'done')::bigint, 0) AS headers_done,
        clock_timestamp() AS now, clock_timestamp() - ordem_stale_after() AS stale_before
      FROM sync_run
      """
          + HELD
          + " AND lease_until > clock_timestamp()";

  private static final String BEGIN =
      """
      UPDATE sync_run SET mode = ?, generation = ?, cursor = ?::jsonb, headers = ?::jsonb,
        details = ?::jsonb, store = ?::jsonb, began_at = CASE WHEN ? THEN began_at END,
        absences = CASE WHEN ? THEN absences END,
        certificate = NULL, waits_for = NULL, error = NULL, finished_at = NULL, healed_at = NULL
      """
          + BEING_READ;

  /** All of it as one snapshot shows it: a proof that is lost meanwhile has a greater number. */
  private static final String FLOOR =
      """
      UPDATE sync_run SET built_on = told.proved, floor_id = told.known, losses = told.lost
      FROM (SELECT ordem_proved_id(?, ?, ?) AS proved, ordem_known_id(?, ?, ?) AS known,
        (SELECT coalesce(max(l.number), 0) FROM lost_proof l WHERE l.account = ?) AS lost) AS told
      """
          + BEING_READ;

  private static final String MOVE =
      """
      UPDATE sync_run SET cursor = ?::jsonb, headers = ?::jsonb, began_at = coalesce(began_at, ?),
        waits_for = NULL, progressed_at = clock_timestamp(), stuck = false
      """
          + BEING_READ;

  private static final String SETTLE =
      """
      UPDATE sync_run SET phase = 'SETTLING', cursor = ?::jsonb, headers = ?::jsonb, limited = ?,
        waits_for = NULL, progressed_at = clock_timestamp(), stuck = false
      """
          + BEING_READ;

  private static final String END =
      """
      UPDATE sync_run SET status = ?, phase = 'ENDED', headers = ?::jsonb, details = ?::jsonb,
        store = ?::jsonb, error = ?, waits_for = NULL, finished_at = clock_timestamp(),
        progressed_at = clock_timestamp(), stuck = false
      """
          + BEING_READ;

  private static final String READ_AGAIN =
      """
      UPDATE sync_run SET status = 'RUNNING', phase = 'READING', cursor = NULL, began_at = NULL,
        certificate = NULL, headers = NULL, waits_for = NULL, progressed_at = clock_timestamp()
      """
          + HELD
          + " AND phase IN ('SETTLING', 'HEALING')";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final DataSource source;

  /** Does no I/O. */
  public RunBook(DataSource source) {
    this.source = source;
  }

  /** The run's row; empty: it is not held any more. */
  public Optional<RunEntry> row(HeldRun run) throws SQLException {
    return Sql.first(source, ROW, row -> read(run, row), run.id(), run.holder(), run.epoch());
  }

  /**
   * What {@link Mode#AUTO} means now; empty: nothing, as what is known is fresh.
   *
   * @param headersOnly whether details are not wanted
   */
  public Optional<Mode> auto(String account, boolean headersOnly, Duration fresh)
      throws SQLException {
    return Sql.first(
            source,
            "SELECT coalesce(ordem_auto_mode(?, make_interval(secs => ?), ?), '')",
            row -> row.getString(1),
            account,
            fresh,
            headersOnly)
        .filter(mode -> !mode.isEmpty())
        .map(RunBook::mode);
  }

  /**
   * The greatest id up to which no order is unknown; empty: nothing is known.
   *
   * @param headersOnly whether details are not wanted
   */
  public Optional<Long> knownId(String account, boolean headersOnly) throws SQLException {
    return Sql.first(
        source,
        "SELECT ordem_known_id(?, ?) AS id WHERE ordem_known_id(?, ?) IS NOT NULL",
        row -> row.getLong("id"),
        account,
        headersOnly,
        account,
        headersOnly);
  }

  /**
   * Down to which id the run reads what is new, written down when it begins with the first page and
   * the same for all others; empty: to the end, or it is not held any more.
   *
   * @param most greatest id that may be believed; null: any
   */
  public Optional<Long> floor(HeldRun run, boolean headersOnly, boolean first, @Nullable Long most)
      throws SQLException {
    String account = run.account();
    if (first) {
      write(FLOOR, run, account, headersOnly, most, account, headersOnly, most, account);
    }
    return Sql.first(
        source,
        "SELECT floor_id FROM sync_run WHERE id = ? AND floor_id IS NOT NULL",
        row -> row.getLong("floor_id"),
        run.id());
  }

  /**
   * The newest orders whose details were never read and wait for no person, by id, {@code max} of
   * them at most.
   */
  public List<Long> withoutDetails(String account, long max) throws SQLException {
    return Sql.list(
        source,
        "SELECT id FROM os o WHERE account = ? AND removed_at IS NULL AND NOT details_synced"
            + " AND NOT EXISTS (SELECT FROM os_sync_queue q WHERE q.account = o.account"
            + " AND q.os_id = o.id AND q.state = 'PARKED') ORDER BY id DESC LIMIT ?",
        row -> row.getLong(1),
        account,
        max);
  }

  /** Reading begins or goes on, as {@code beginning} says. */
  public boolean begin(HeldRun run, Beginning beginning) throws SQLException {
    boolean goesOn = beginning.goesOn();
    return write(
        BEGIN,
        run,
        beginning.mode().text(),
        beginning.generation(),
        beginning.cursor().json(),
        json(new Module(Module.Status.RUNNING, beginning.headers(), beginning.total(), null)),
        json(new Module(details(beginning.headersOnly()), 0, null, null)),
        json(Module.WAITING),
        goesOn,
        goesOn);
  }

  /**
   * A page is written.
   *
   * @param beganAt when Tiny was asked for it, which counts if it is the first
   */
  public boolean move(HeldRun run, Cursor cursor, Module headers, @Nullable Instant beganAt)
      throws SQLException {
    return write(MOVE, run, cursor.json(), json(headers), beganAt);
  }

  /** The next page has to wait. */
  public boolean waits(HeldRun run, String why) throws SQLException {
    return write("UPDATE sync_run SET waits_for = ?" + BEING_READ, run, why);
  }

  /** Its list is read from the beginning again by whoever takes it next. */
  public void leaveForAnew(HeldRun run, String why) throws SQLException {
    Sql.in(
        source,
        connection -> {
          boolean left =
              Sql.update(
                      connection,
                      "UPDATE sync_run SET cursor = NULL" + BEING_READ,
                      run.id(),
                      run.holder(),
                      run.epoch())
                  == 1;
          if (left) {
            String told = "the list is read from its beginning again: " + why;
            RunLog.add(
                connection, run.id(), RunLog.Level.WARN, RunLog.Module.HEADERS, told, Map.of());
          }
          return left;
        });
  }

  /** The end of the headers is written. */
  public boolean settle(HeldRun run, Cursor cursor, Module headers, boolean limited)
      throws SQLException {
    return write(SETTLE, run, cursor.json(), json(headers), limited);
  }

  /** Nothing could be read. */
  public boolean fail(HeldRun run, Module headers, String why) throws SQLException {
    String waiting = json(Module.WAITING);
    return write(END, run, RunStatus.FAILED.name(), json(headers), waiting, waiting, why);
  }

  /** A settling run is to be read from the start. */
  public boolean readAgain(HeldRun run) throws SQLException {
    return write(READ_AGAIN, run);
  }

  /** The first marker owed was sent. */
  public boolean paid(HeldRun run, String marker) throws SQLException {
    return Sql.update(
            source,
            "UPDATE sync_run SET owed = owed[2:]" + HELD + " AND owed[1] = ?",
            run.id(),
            run.holder(),
            run.epoch(),
            marker)
        == 1;
  }

  /** Deletes a run that is to be forgotten, with its log. */
  public boolean delete(HeldRun run) throws SQLException {
    String old = " AND owed[1] = 'forget' AND status NOT IN ('QUEUED', 'RUNNING')";
    return Sql.in(
        source,
        connection -> {
          boolean deleted =
              Sql.update(
                      connection,
                      "DELETE FROM sync_run" + HELD + old,
                      run.id(),
                      run.holder(),
                      run.epoch())
                  == 1;
          if (deleted) {
            Sql.update(connection, "DELETE FROM sync_run_log WHERE run_id = ?", run.id());
          }
          return deleted;
        });
  }

  /** From now on, whoever asks for a run asks on a day of this zone. */
  public void zone(ZoneId zone) throws SQLException {
    Sql.update(
        source,
        "INSERT INTO sync_zone (zone) VALUES (?)"
            + " ON CONFLICT (single) DO UPDATE SET zone = excluded.zone",
        zone.getId());
  }

  /** Adds a line to the run's log. */
  public void log(
      UUID runId, RunLog.Level level, RunLog.Module module, String message, Map<String, ?> metadata)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      RunLog.add(connection, runId, level, module, message, metadata);
    }
  }

  private static Module.Status details(boolean headersOnly) {
    return headersOnly ? Module.Status.SKIPPED : Module.Status.WAITING;
  }

  private boolean write(String sql, HeldRun run, @Nullable Object... set) throws SQLException {
    @Nullable Object[] all = Arrays.copyOf(set, set.length + 3);
    all[set.length] = run.id();
    all[set.length + 1] = run.holder();
    all[set.length + 2] = run.epoch();
    return Sql.update(source, sql, all) == 1;
  }

  private static RunEntry read(HeldRun run, ResultSet row) throws SQLException {
    try {
      String cursor = row.getString("cursor");
      return new RunEntry(
          run,
          JSON.readValue(row.getString("request"), RunRequest.class),
          mode(row.getString("mode")),
          RunStatus.valueOf(row.getString("status")),
          Phase.valueOf(row.getString("phase")),
          row.getLong("reading"),
          row.getObject("generation", UUID.class),
          Sql.instant(row, "began_at"),
          Sql.instant(row, "started_at"),
          texts(row.getArray("owed")),
          cursor == null ? null : Cursor.parse(cursor),
          row.getLong("headers_done"),
          row.getTimestamp("now").toInstant(),
          row.getTimestamp("stale_before").toInstant());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the row of run " + run.id() + " cannot be read", e);
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static Mode mode(String text) {
    return Mode.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static String json(Module module) {
    try {
      return JSON.writeValueAsString(module);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + module, e);
    }
  }

  /**
   * How reading begins.
   *
   * @param mode as decided; {@link Mode#AUTO}: nothing is to be read
   * @param headers how many were written before
   * @param total items expected; null: not known
   * @param goesOn whether it goes on where it was interrupted
   */
  public record Beginning(
      Mode mode,
      UUID generation,
      Cursor cursor,
      boolean headersOnly,
      long headers,
      @Nullable Long total,
      boolean goesOn) {}
}
