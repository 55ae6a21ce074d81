package dev.ordem.producer.looking;

import dev.ordem.producer.runs.Sql;
import dev.ordem.producer.watch.ChangeRate;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.SliceState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code watch} and {@code watch_slice}: who watches an account, and what was learned of
 * it. A lease that is not renewed ends by itself, by the database's clock; what its holder still
 * writes changes nothing. Thread safe.
 */
final class WatchTable {
  private static final String KNOW =
      """
      INSERT INTO watch (account) SELECT account FROM tiny_account a
      WHERE NOT EXISTS (SELECT FROM watch w WHERE w.account = a.account) ON CONFLICT DO NOTHING
      """;

  private static final String CLAIM =
      """
      UPDATE watch w SET lease_holder = ?, lease_epoch = lease_epoch + 1,
        lease_until = clock_timestamp() + make_interval(secs => ?), updated_at = clock_timestamp()
      FROM (SELECT account FROM watch
        WHERE state = 'ON' AND coalesce(lease_until NOT BETWEEN clock_timestamp()
            AND clock_timestamp() + make_interval(secs => ?), true)
          AND EXISTS (SELECT FROM tiny_account a WHERE a.account = watch.account)
        ORDER BY account LIMIT ? FOR UPDATE SKIP LOCKED) AS free
      WHERE w.account = free.account
      RETURNING w.account, w.lease_epoch
      """;

  /** Nobody waits for a row that is locked: the others' leases would end meanwhile. */
  private static final String RENEW =
      """
      UPDATE watch w SET lease_until = clock_timestamp() + make_interval(secs => ?)
      FROM (SELECT r.account FROM watch r JOIN unnest(?, ?) AS held (account, epoch)
          ON r.account = held.account AND r.lease_epoch = held.epoch AND r.lease_holder = ?
            AND r.lease_until > clock_timestamp()
        FOR UPDATE OF r SKIP LOCKED) AS free
      WHERE w.account = free.account
      RETURNING w.account, w.lease_epoch
      """;

  private static final String CONDITIONS =
      """
      SELECT w.account, w.lease_epoch, coalesce(w.held_until BETWEEN clock_timestamp()
          AND clock_timestamp() + interval '10 seconds', false) AS held,
        EXISTS (SELECT FROM sync_run r WHERE r.account = w.account AND r.status = 'RUNNING'
          AND r.phase = 'READING' AND r.mode IN ('full', 'reconcile')) AS whole
      FROM watch w JOIN tiny_account USING (account)
      WHERE w.lease_holder = ? AND w.lease_until > clock_timestamp() AND w.state = 'ON'
      """;

  private static final String RELEASE =
      """
      UPDATE watch SET lease_holder = NULL, lease_until = NULL
      WHERE account = ? AND lease_holder = ? AND lease_epoch = ?
      """;

  private static final String WATCH =
      """
      UPDATE watch SET looks = looks + ?, changed_at = coalesce(?, changed_at), waits_for = ?,
        updated_at = clock_timestamp()
      WHERE account = ? AND lease_holder = ? AND lease_epoch = ?
        AND lease_until > clock_timestamp()
      """;

  private static final String SLICE =
      """
      INSERT INTO watch_slice AS s
        (account, slice, since, looked_at, changes, seconds, hinted, total, per_second)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (account, slice) DO UPDATE SET looked_at = excluded.looked_at,
        changes = excluded.changes, seconds = excluded.seconds, hinted = excluded.hinted,
        total = coalesce(excluded.total, s.total), per_second = excluded.per_second
      """;

  /** The newest last, whose total is that of its list. */
  private static final String LEARNED =
      "SELECT * FROM watch_slice WHERE account = ? ORDER BY looked_at NULLS FIRST";

  /** The newest page and the ranges are pages of one list. */
  static final String ALL = Slice.range(0).list();

  private final DataSource source;
  private final UUID holder;
  private final Duration length;

  /**
   * Does no I/O.
   *
   * @param holder this producer
   * @param length of a lease
   */
  WatchTable(DataSource source, UUID holder, Duration length) {
    this.source = source;
    this.holder = holder;
    this.length = length;
  }

  Duration length() {
    return length;
  }

  /** Takes connected accounts that nobody watches and nobody forbids to. */
  List<HeldWatch> claim(int most) throws SQLException {
    Sql.update(source, KNOW);
    return Sql.list(source, CLAIM, this::held, holder, length, length, most);
  }

  private HeldWatch held(ResultSet row) throws SQLException {
    return new HeldWatch(row.getString("account"), holder, row.getLong("lease_epoch"));
  }

  /**
   * Prolongs leases; of those that are not returned {@link #conditions} tells whether they are
   * lost, or last as long as they did, as somebody has their row locked.
   */
  List<HeldWatch> renew(Collection<HeldWatch> watches) throws SQLException {
    if (watches.isEmpty()) {
      return List.of();
    }
    return Sql.list(
        source,
        RENEW,
        this::held,
        length,
        watches.stream().map(HeldWatch::account).toArray(String[]::new),
        watches.stream().map(HeldWatch::epoch).toArray(Long[]::new),
        holder);
  }

  /**
   * What is to be known of a watch that lasts.
   *
   * @param held whether nobody may look just now, as a run is being proved
   * @param whole whether a run reads all orders
   */
  record Kept(HeldWatch watch, boolean held, boolean whole) {}

  /** Of all that this producer watches; one that is not returned is to be watched no more. */
  List<Kept> conditions() throws SQLException {
    return Sql.list(
        source,
        CONDITIONS,
        row -> new Kept(held(row), row.getBoolean("held"), row.getBoolean("whole")),
        holder);
  }

  void release(HeldWatch watch) throws SQLException {
    Sql.update(source, RELEASE, watch.account(), watch.holder(), watch.epoch());
  }

  /**
   * What was learned.
   *
   * @param slices by name; those that cannot be read are left out
   * @param totals of lists, by {@link Slice#list}
   * @param changedAt null: nothing was ever seen to change
   */
  record Learned(
      Map<Slice, SliceState> slices,
      Map<String, Long> totals,
      long looks,
      @Nullable Instant changedAt) {}

  Learned learned(String account) throws SQLException {
    Map<Slice, SliceState> slices = new HashMap<>();
    Map<String, Long> totals = new HashMap<>();
    for (Stored row : Sql.list(source, LEARNED, WatchTable::stored, account)) {
      Slice slice = Slice.named(row.slice).orElse(null);
      if (slice != null) {
        slices.put(slice, row.of(slice));
        if (row.total != null) {
          totals.put(slice.kind() == Slice.Kind.NEWEST ? ALL : slice.list(), row.total);
        }
      }
    }
    return Sql.first(
            source,
            "SELECT looks, changed_at FROM watch WHERE account = ?",
            row ->
                new Learned(slices, totals, row.getLong("looks"), Sql.instant(row, "changed_at")),
            account)
        .orElse(new Learned(slices, totals, 0, null));
  }

  private record Stored(
      String slice,
      ChangeRate rate,
      Instant since,
      @Nullable Instant lookedAt,
      boolean hinted,
      @Nullable Long total) {
    SliceState of(Slice named) {
      return new SliceState(named, rate, since, lookedAt, hinted);
    }
  }

  private static Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        row.getString("slice"),
        new ChangeRate(row.getDouble("changes"), row.getDouble("seconds")),
        row.getTimestamp("since").toInstant(),
        Sql.instant(row, "looked_at"),
        row.getBoolean("hinted"),
        Sql.number(row, "total"));
  }

  /**
   * A look.
   *
   * @param state of its slice, after it
   * @param total of its list; null: it told none
   * @param perSecond that is believed of the slice
   * @param gone pages that the account has no more, this one perhaps among them
   */
  record Looked(
      SliceState state, @Nullable Long total, double perSecond, boolean changed, Set<Slice> gone) {}

  /**
   * Notes a look, and whatever is in the way.
   *
   * @param look null: none was made
   * @param waitsFor null: nothing
   * @return whether the lease lasts
   */
  boolean note(HeldWatch watch, @Nullable Looked look, @Nullable String waitsFor)
      throws SQLException {
    return Sql.in(
        source,
        connection -> {
          boolean ours =
              Sql.update(
                      connection,
                      WATCH,
                      look == null ? 0 : 1,
                      look != null && look.changed ? look.state.askedAt() : null,
                      waitsFor,
                      watch.account(),
                      watch.holder(),
                      watch.epoch())
                  == 1;
          if (ours && look != null) {
            store(connection, watch.account(), look);
            forget(connection, watch.account(), look.gone);
          }
          return ours;
        });
  }

  private static void store(Connection connection, String account, Looked look)
      throws SQLException {
    SliceState state = look.state;
    Sql.update(
        connection,
        SLICE,
        account,
        state.slice().name(),
        state.since(),
        state.lookedAt(),
        state.rate().changes(),
        state.rate().seconds(),
        state.hinted(),
        look.total,
        look.perSecond);
  }

  private static void forget(Connection connection, String account, Set<Slice> slices)
      throws SQLException {
    if (!slices.isEmpty()) {
      Sql.update(
          connection,
          "DELETE FROM watch_slice WHERE account = ? AND slice = ANY (?)",
          account,
          slices.stream().map(Slice::name).toArray(String[]::new));
    }
  }

  /** How the quota of an account stands; empty: it has none. */
  Optional<QuotaRow> quota(String account) throws SQLException {
    return Sql.first(source, QUOTA, WatchTable::quotaRow, account);
  }

  /**
   * The quota's window.
   *
   * @param left as the server said; null: it did not of late
   * @param closedFor until the server takes calls again
   */
  record QuotaRow(
      int limit,
      Duration window,
      long used,
      @Nullable Integer left,
      Duration leftFor,
      Duration closedFor) {}

  private static final String QUOTA =
      """
      SELECT tiny_limit(q, 1) AS most, q.window_ms,
        (SELECT count(*) FROM tiny_quota_permit u WHERE u.account = q.account
          AND u.granted_at > c.t - q.window_ms * interval '1 millisecond') AS used,
        CASE WHEN q.budget_until > c.t THEN q.budget END AS left_over,
        CASE WHEN q.budget_until > c.t
          THEN extract(epoch FROM least(q.budget_until, c.t + interval '1 hour') - c.t)
          ELSE 0 END AS left_for,
        CASE WHEN q.closed_until > c.t
          THEN extract(epoch FROM least(q.closed_until, c.t + interval '1 hour') - c.t)
          ELSE 0 END AS closed_for
      FROM tiny_quota q CROSS JOIN LATERAL tiny_quota_now(q) AS c (t) WHERE q.account = ?
      """;

  private static QuotaRow quotaRow(ResultSet row) throws SQLException {
    int left = row.getInt("left_over");
    Integer known = row.wasNull() ? null : Integer.valueOf(left);
    return new QuotaRow(
        row.getInt("most"),
        Duration.ofMillis(row.getLong("window_ms")),
        row.getLong("used"),
        known,
        seconds(row.getDouble("left_for")),
        seconds(row.getDouble("closed_for")));
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (Math.max(0, seconds) * 1e9));
  }
}
