package dev.ordem.tiny.quota;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The quota's rows. Every decision is one round trip, made in the database by its own clock. */
public final class QuotaStore {
  private final DataSource dataSource;

  public QuotaStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * What the database decided.
   *
   * @param at when, as it is told of the call; where nothing was granted, no time at all
   * @param sent monotonic clock just before it was asked, in nanos
   * @param clock what its clock showed, less what it was set by as far as that was seen for this
   *     account; null: the account is unknown
   * @param pause until it is worth asking again
   * @param reason where something was granted, none
   */
  record Decision(
      boolean granted,
      long id,
      Instant at,
      long sent,
      @Nullable Instant clock,
      Duration pause,
      WaitReason reason) {}

  /**
   * A permit that is wanted.
   *
   * @param kind who waits, as {@code Priority} numbers it
   * @param clock what this process was last told as {@link Decision#clock} for this account, to
   *     notice if the database's clock is set forward; null: nothing yet
   * @param nanos the monotonic clock
   * @param host what this host's clock shows, as a witness
   * @param last what this process was given last
   */
  record Asking(
      String account,
      String endpoint,
      int kind,
      @Nullable ClockReading clock,
      LongSupplier nanos,
      Instant host,
      LastGiven last) {}

  /**
   * What a process was given last, to notice if the database is an older copy of itself.
   *
   * @param permit the greatest id; 0: none
   * @param asked the time that it would be told now of a call of the account, had the clock been
   *     set back before; null: it was told none
   */
  record LastGiven(long permit, @Nullable Instant asked) {
    static final LastGiven NOTHING = new LastGiven(0, null);
  }

  /**
   * Until when the server has closed an account.
   *
   * @param at the database's time
   * @param pause not positive: it is open
   * @param trial whether no call was served since it was closed
   */
  record Closure(Instant at, Duration pause, WaitReason reason, boolean trial) {}

  /** A permit that was used, and what it taught. */
  record Return(Permit.Granted permit, Feedback feedback) {}

  public void configure(String account, QuotaLimits limits) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("select tiny_quota_configure(?, ?, ?, ?, ?)")) {
      statement.setString(1, account);
      statement.setInt(2, limits.perSecond());
      statement.setInt(3, limits.perWindow());
      statement.setLong(4, limits.window().toMillis());
      statement.setInt(5, limits.perHour());
      statement.execute();
    }
  }

  Decision permit(Asking asking) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "select granted, id, granted_at, clock, wait_ms, reason"
                    + " from tiny_permit(?, ?, ?, ? * interval '1 millisecond', null, ?, ?, ?, ?)")) {
      statement.setString(1, asking.account());
      statement.setString(2, asking.endpoint());
      statement.setInt(3, asking.kind());
      statement.setLong(4, Leases.LENGTH.toMillis());
      ClockReading clock = asking.clock();
      long now = asking.nanos().getAsLong();
      setTime(statement, 5, clock == null ? null : clock.latest(now));
      setTime(statement, 6, asking.host());
      statement.setLong(7, asking.last().permit());
      setTime(statement, 8, asking.last().asked());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return decision(row, now);
      }
    }
  }

  private static Decision decision(ResultSet row, long sent) throws SQLException {
    Instant at = time(row, "granted_at");
    return new Decision(
        row.getBoolean("granted"),
        row.getLong("id"),
        at == null ? Instant.MIN : at,
        sent,
        time(row, "clock"),
        Duration.ofNanos((long) (row.getDouble("wait_ms") * 1_000_000)),
        WaitReason.ofDatabase(row.getBoolean("granted") ? "quota" : row.getString("reason")));
  }

  private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** Holds a permit for {@code hold} from now; false: its time is over. */
  boolean hold(Permit.Granted permit, Duration hold) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("select tiny_hold(?, ?, ? * interval '1 millisecond')")) {
      statement.setString(1, permit.account());
      statement.setLong(2, permit.id());
      statement.setLong(3, hold.toMillis());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /**
   * Whether the server has closed the account, and what time it is.
   *
   * @param host what this host's clock shows, as a witness
   * @param asked as {@link LastGiven#asked}
   */
  Closure closure(String account, Instant host, @Nullable Instant asked) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "select tiny_asked(?, ?, ?), case when q.closed_until > t then"
                    + " extract(epoch from q.closed_until - t) else 0 end,"
                    + " coalesce(q.closed_reason, 'quota'), coalesce(q.trial, false)"
                    + " from (values (?)) asked(account)"
                    + " left join tiny_quota q on q.account = asked.account,"
                    + " tiny_quota_now(q) t")) {
      statement.setString(1, account);
      setTime(statement, 2, host);
      setTime(statement, 3, asked);
      statement.setString(4, account);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Closure(
            row.getObject(1, OffsetDateTime.class).toInstant(),
            Duration.ofNanos((long) (row.getDouble(2) * 1_000_000_000)),
            WaitReason.ofDatabase(row.getString(3)),
            row.getBoolean(4));
      }
    }
  }

  /** Whether an account has no window that is watched; false for one that is not there. */
  boolean isUnlimited(String account) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "select tiny_watched(per_second) = 0 and tiny_watched(per_window) = 0"
                    + " and tiny_watched(per_hour) = 0 from tiny_quota where account = ?")) {
      statement.setString(1, account);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Gives permits back, in one round trip. */
  void release(Collection<Return> returns) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("call tiny_release(?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (Return one : returns) {
        bind(statement, one);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void bind(PreparedStatement statement, Return one) throws SQLException {
    Permit.Granted permit = one.permit();
    Feedback feedback = one.feedback();
    statement.setString(1, permit.account());
    statement.setLong(2, permit.id());
    statement.setString(3, feedback.end().name().toLowerCase(java.util.Locale.ROOT));
    setInteger(statement, 4, feedback.limit());
    setInteger(statement, 5, feedback.remaining());
    Double reset = feedback.resetSeconds();
    if (reset == null) {
      statement.setNull(6, Types.DOUBLE);
    } else {
      statement.setDouble(6, reset);
    }
    statement.setLong(7, feedback.closeFor().toMillis());
    Instant serverTime = feedback.serverTime();
    if (serverTime == null) {
      statement.setNull(8, Types.BIGINT);
    } else {
      statement.setLong(8, serverTime.toEpochMilli());
    }
    setTime(statement, 9, permit.asked());
  }

  private static void setTime(PreparedStatement statement, int index, @Nullable Instant time)
      throws SQLException {
    statement.setObject(
        index, time == null ? null : time.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
  }

  private static void setInteger(PreparedStatement statement, int index, @Nullable Integer value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.INTEGER);
    } else {
      statement.setInt(index, value);
    }
  }
}
