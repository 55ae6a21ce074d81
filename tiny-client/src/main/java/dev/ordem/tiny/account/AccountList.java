package dev.ordem.tiny.account;

import dev.ordem.tiny.account.owner.AccountOwner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
      """
      SELECT a.account, a.state = 'READY' AS authorised, a.client_refused, a.expires_at,
        coalesce(a.problem, CASE
          WHEN q.closed_reason = 'account' AND q.closed_until > tiny_quota_now(q)
            THEN 'Tiny refuses every call, although it gives tokens (401, 402 or 403): its plan, or the'
              || ' rights of whoever connected it, do not allow the API. See to it in Tiny, or'
              || ' connect it as somebody who may: ./ordem connect --account ' || a.account
              || '. Asked again at ' || @closed
          WHEN q.starved_at < tiny_quota_now(q) - tiny_span(q, 1)
            THEN 'another application of this account uses its whole quota since ' || @starved
              || ': every call of ours is refused (429); asked again at ' || @again END) AS problem,
        CASE WHEN q.closed_until > tiny_quota_now(q) THEN tiny_shown(q, q.closed_until) END
          AS closed_until,
        tiny_limit(q, 0) AS per_second, tiny_limit(q, 1) AS per_window, q.window_ms,
        CASE WHEN a.problem IS NOT NULL AND a.problem_detail <> '' THEN a.problem_detail END
          AS problem_detail,
        tiny_limit(q, 2) AS per_hour, q.learned_per_window IS NOT NULL AS told,
        a.client_id, a.plan, s.used, CASE WHEN s.used >= tiny_limit(q, 1) THEN tiny_shown(q, s.opens) END
          AS opens,
        tiny_shown(q, (SELECT max(p.granted_at) FROM tiny_quota_permit p
          WHERE p.account = a.account)) AS last_call,
        o.company, o.subject, o.username, o.email, o.orders
      FROM tiny_account a JOIN tiny_quota q USING (account)
        LEFT JOIN identity o USING (account)
        CROSS JOIN LATERAL (SELECT tiny_used(q) AS used,
          tiny_room(q, tiny_quota_now(q), 1, greatest(1, tiny_limit(q, 1)), '{}') AS opens) AS s
      ORDER BY a.account
      """
          .replace("@closed", utc("tiny_shown(q, q.closed_until)"))
          .replace("@starved", utc("tiny_shown(q, q.starved_at)"))
          .replace("@again", utc("greatest(tiny_shown(q, q.closed_until), tiny_now())"));

  private static final String MOST_USED =
      "select account, span, coalesce(max(used), 0) as used from ("
          + " select q.account, s.span, (select max(n) from (select count(*) over ("
          + "   order by u.granted_at range between tiny_span(q, s.span) - interval '1 microsecond'"
          + "   preceding and current row"
          + "   ) as n from tiny_quota_permit u where u.account = q.account"
          + "   and u.granted_at >= q.limits_since"
          + "   and u.granted_at > tiny_quota_now(q) - greatest(interval '10 minutes', 2 *"
          + "     tiny_span(q, s.span))) as counted) as used"
          + " from tiny_quota q, (values (0), (1), (2)) as s(span)"
          + " where tiny_limit(q, s.span) > 0) as audit group by account, span";

  private static final List<String> PRUNE =
      List.of(
          "delete from tiny_quota_permit p using tiny_quota q where q.account = p.account"
              + " and p.held_until < q.quota_at - greatest(interval '150 minutes', tiny_span(q, 1))",
          "delete from tiny_quota_permit p where p.held_until < tiny_now() - interval '1 day'"
              + " and not exists (select from tiny_quota q where q.account = p.account)");

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

  /**
   * The same.
   *
   * @throws IllegalStateException if the database cannot be asked
   */
  public List<AccountState> all() {
    try {
      return read();
    } catch (SQLException e) {
      throw new IllegalStateException("The accounts cannot be read: " + e.getMessage(), e);
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

  /**
   * Forgets permits that no window and no audit reaches any more, by what was last told of the
   * quota's clock: the database's may have been set forward, which nobody has noticed yet.
   */
  public void prune() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String prune : PRUNE) {
        statement.executeUpdate(prune);
      }
    }
  }

  private static AccountState state(ResultSet row) throws SQLException {
    return new AccountState(
        row.getString("account"),
        row.getBoolean("authorised"),
        row.getBoolean("client_refused"),
        row.getString("problem"),
        instant(row.getTimestamp("expires_at")),
        instant(row.getTimestamp("closed_until")),
        row.getInt("per_second"),
        row.getInt("per_window"),
        Duration.ofMillis(row.getLong("window_ms")),
        row.getInt("per_hour"),
        facts(row));
  }

  private static AccountFacts facts(ResultSet row) throws SQLException {
    return new AccountFacts(
        row.getString("problem_detail"),
        row.getString("client_id"),
        (Integer) row.getObject("plan"),
        row.getBoolean("told"),
        row.getInt("used"),
        instant(row.getTimestamp("opens")),
        instant(row.getTimestamp("last_call")),
        new AccountOwner(
            row.getString("company"),
            row.getString("subject"),
            row.getString("username"),
            row.getString("email"),
            (Long) row.getObject("orders"),
            List.of()));
  }

  private static String utc(String time) {
    return "to_char(%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')".formatted(time);
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
