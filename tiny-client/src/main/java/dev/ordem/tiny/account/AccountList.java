package dev.ordem.tiny.account;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads what is known of accounts, and audits their use of the quota. */
public final class AccountList {
  private static final String STATES =
      "select a.account, a.state = 'READY' as authorised, coalesce(a.problem, case when"
          + " q.closed_reason = 'account' and q.closed_until > tiny_now() then 'Tiny refuses every"
          + " call (401, 402 or 403): its plan, or the rights of whoever connected it; asked again at ' ||"
          + " to_char(q.closed_until at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
          + " when q.starved_at < tiny_now() - tiny_span(q, 1) then 'another application of this"
          + " account uses its whole quota since ' ||"
          + " to_char(q.starved_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') ||"
          + " ': every call of ours is refused (429); asked again at ' ||"
          + " to_char(greatest(q.closed_until, tiny_now()) at time zone 'UTC',"
          + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') end) as problem, a.expires_at, case when q.closed_until > tiny_now() then q.closed_until end"
          + " as closed_until, tiny_limit(q, 0) as per_second, tiny_limit(q, 1) as per_window,"
          + " q.window_ms, tiny_limit(q, 2) as per_hour from tiny_account a join tiny_quota q using"
          + " (account) order by a.account";

  private static final String MOST_USED =
      "select account, span, coalesce(max(used), 0) as used from ("
          + " select q.account, s.span, (select max(n) from (select count(*) over ("
          + "   order by u.granted_at range between tiny_span(q, s.span) preceding and current row"
          + "   ) as n from tiny_quota_use u where u.account = q.account"
          + "   and u.granted_at >= q.limits_since"
          + "   and u.granted_at > tiny_now() - greatest(interval '10 minutes', 2 *"
          + "     tiny_span(q, s.span))) as counted) as used"
          + " from tiny_quota q, (values (0), (1), (2)) as s(span)"
          + " where tiny_limit(q, s.span) > 0) as audit group by account, span";

  private final DataSource dataSource;

  public AccountList(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The highest count of permits in any window of that span. */
  public record Used(String account, int span, long most) {}

  public List<AccountState> read() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(STATES);
        ResultSet row = statement.executeQuery()) {
      List<AccountState> states = new ArrayList<>();
      while (row.next()) {
        states.add(state(row));
      }
      return states;
    }
  }

  public List<Used> mostUsed() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(MOST_USED);
        ResultSet row = statement.executeQuery()) {
      List<Used> used = new ArrayList<>();
      while (row.next()) {
        used.add(new Used(row.getString(1), row.getInt(2), row.getLong(3)));
      }
      return used;
    }
  }

  /** Forgets uses that no window and no audit reaches any more. */
  void prune() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "delete from tiny_quota_use"
                    + " where granted_at < tiny_now() - interval '150 minutes'")) {
      statement.executeUpdate();
    }
  }

  private static AccountState state(ResultSet row) throws SQLException {
    return new AccountState(
        row.getString("account"),
        row.getBoolean("authorised"),
        row.getString("problem"),
        instant(row.getTimestamp("expires_at")),
        instant(row.getTimestamp("closed_until")),
        row.getInt("per_second"),
        row.getInt("per_window"),
        Duration.ofMillis(row.getLong("window_ms")),
        row.getInt("per_hour"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
