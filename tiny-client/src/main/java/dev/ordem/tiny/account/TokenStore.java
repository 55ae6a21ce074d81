package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.Secrets;
import dev.ordem.tiny.account.owner.AccountProblem;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The rows of {@code tiny_account}. Every instant in them is the database's. */
final class TokenStore {
  private final DataSource dataSource;
  private final Secrets secrets;

  TokenStore(DataSource dataSource, Secrets secrets) {
    this.dataSource = dataSource;
    this.secrets = secrets;
  }

  /**
   * One account as stored.
   *
   * @param left seconds until the access token expires; negative: expired or none
   * @param due seconds until it should be renewed
   * @param sinceRefusal seconds since a refused token was last replaced by a new one; negative:
   *     before the clock was set back
   * @param pending seconds until a renewal under way is given up; negative: none
   * @param holder whose that renewal is; null: nobody's
   * @param retry seconds until a renewal may be tried again; negative: at once
   * @param clientRefused the application was not accepted
   * @param unproved whose the authorisation is was not compared with what is known
   */
  @SuppressWarnings("ArrayRecordComponent") // read once; never compared, never shared
  record Row(
      byte @Nullable [] access,
      byte @Nullable [] refresh,
      long version,
      boolean authorised,
      double left,
      double due,
      double sinceRefusal,
      double pending,
      @Nullable UUID holder,
      double retry,
      int failures,
      boolean clientRefused,
      boolean unproved) {}

  Optional<Row> read(String account) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return read(connection, account, "");
    }
  }

  /**
   * Stores the pair that the renewal of {@code version} brought; false: the row went on.
   *
   * @param refused it replaces a token that Tiny refused
   */
  boolean save(String account, long version, TokenAnswer.Pair pair, boolean refused)
      throws SQLException {
    return update(
        "update tiny_account set access_token = ?, refresh_token = ?, version = version + 1,"
            + " state = 'READY', problem = null, client_refused = false, failures = 0,"
            + " retry_at = null, kept_token = case when unproved then kept_token end,"
            + " renewal_holder = null, renewal_until = null,"
            + " expires_at = tiny_now() + ? * interval '1 second',"
            + " renew_at = tiny_now() + ? * interval '1 second',"
            + " refused_at = case when ? then tiny_now() else refused_at end"
            + " where account = ? and version = ?",
        secrets.encrypt(pair.accessToken(), account, "access"),
        secrets.encrypt(pair.refreshToken(), account, "refresh"),
        pair.lifetime().toSeconds(),
        renewAfter(pair.lifetime()),
        refused,
        account,
        version);
  }

  /** Five minutes before expiry; for short-lived tokens, a fifth of their life before. */
  private static long renewAfter(Duration lifetime) {
    long seconds = lifetime.toSeconds();
    return seconds - Math.min(300, Math.max(1, seconds / 5));
  }

  /** Connects an account anew, whatever was stored. */
  void connect(String account, TokenAnswer.Pair pair) throws SQLException {
    update("insert into tiny_account (account) values (?) on conflict do nothing", account);
    boolean stored = false;
    while (!stored) {
      Optional<Row> row = read(account);
      stored = row.isPresent() && save(account, row.get().version(), pair, false);
    }
    update(
        "update tiny_account set unproved = false, kept_token = null, refused = null"
            + " where account = ?",
        account);
  }

  /** Whose the authorisation is was compared: it is the account's. */
  void proved(String account, long version) throws SQLException {
    update(
        "update tiny_account set unproved = false, kept_token = null, problem = null"
            + " where account = ? and version = ?",
        account,
        version);
  }

  /** Whose the authorisation is could not be read, so nothing is done with it yet. */
  void unread(String account, long version, AccountProblem problem) throws SQLException {
    update(
        "update tiny_account set problem = ?, problem_detail = ?"
            + " where account = ? and version = ? and unproved",
        problem.text(),
        problem.detail(),
        account,
        version);
  }

  /**
   * The authorisation is another company's: it is forgotten, and a person must connect, or give the
   * variables that were there before. Once, though several processes find it out.
   */
  void refuse(String account, long version, AccountProblem problem) throws SQLException {
    update(
        "update tiny_account set state = 'AUTHORISATION_REQUIRED', problem = ?, problem_detail = ?,"
            + " access_token = null, refresh_token = kept_token, kept_token = null,"
            + " expires_at = null, refused = imported[cardinality(imported)]"
            + " where account = ? and version = ? and state = 'READY'",
        problem.text(),
        problem.detail(),
        account,
        version);
  }

  /** Forgets an account but its permits, which are used; false: there was none. */
  boolean delete(String account) throws SQLException {
    return update(
        "with authorisations as (delete from tiny_authorisation where account = ?),"
            + " quota as (delete from tiny_quota where account = ?)"
            + " delete from tiny_account where account = ?",
        account,
        account,
        account);
  }

  /**
   * Stores the configured refresh token, once: a token that was given before is older than what is
   * stored, whatever the process that still carries it believes; a token never seen is a person's
   * wish to start anew. What it replaces is kept until it is proved to be the same company's, and
   * used again when a token from before is given in the place of one that was refused.
   */
  boolean importConfigured(String account, @Nullable String refreshToken) throws SQLException {
    update(
        "insert into tiny_account (account, state, problem) values (?, "
            + "'AUTHORISATION_REQUIRED', 'never connected: run ordem connect, or set"
            + " TINY_REFRESH_TOKEN') on conflict do nothing",
        account);
    if (refreshToken == null) {
      return false;
    }
    byte[] fingerprint = Secrets.fingerprint(refreshToken);
    update(
        "update tiny_account set state = 'READY', problem = null, refused = null, failures = 0,"
            + " version = version + 1, renewal_holder = null, renewal_until = null,"
            + " retry_at = null, renew_at = tiny_now() where account = ? and refused <> ?::bytea"
            + " and ?::bytea = any (imported) and refresh_token is not null",
        account,
        fingerprint,
        fingerprint);
    return update(
        "update tiny_account a set kept_token = coalesce(kept_token, case when"
            + " state = 'READY' or refused is not null then refresh_token end), refused = null, refresh_token = ?, imported = imported || ?::bytea, version ="
            + " version + 1, state = 'READY', problem = null, access_token = null, expires_at ="
            + " null, renewal_holder = null, renewal_until = null, retry_at = null, failures = 0,"
            + " renew_at = tiny_now() + interval '10 minutes', client_refused = false, unproved ="
            + " exists (select from identity o where o.account = a.account and o.whose_at is not"
            + " null) or exists (select from os where os.account = a.account) or exists (select from tiny_account b where"
            + " b.account <> a.account and b.refresh_token is not null) where account = ? and not"
            + " (?::bytea = any (imported))",
        secrets.encrypt(refreshToken, account, "refresh"),
        fingerprint,
        account,
        fingerprint);
  }

  /** Accounts whose token should be renewed, the most urgent first. */
  List<String> due() throws SQLException {
    return names(
        "select account from tiny_account, (select tiny_now() as now) as clock"
            + " where state = 'READY' and renew_at is not null and "
            + left("renew_at", TokenEndpoint.LONGEST_LIFETIME)
            + " <= 0 and "
            + left("renewal_until", Tokens.LONGEST_WAIT)
            + " <= 0 and "
            + left("retry_at", Tokens.LONGEST_WAIT)
            + " <= 0 order by renew_at limit 50");
  }

  /** Every account, by name. */
  List<String> all() throws SQLException {
    return names("select account from tiny_account order by account");
  }

  private List<String> names(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      List<String> accounts = new ArrayList<>();
      while (rows.next()) {
        accounts.add(rows.getString(1));
      }
      return accounts;
    }
  }

  String accessToken(String account, Row row) throws GeneralSecurityException {
    byte[] access = row.access();
    return access == null ? "" : secrets.decrypt(access, account, "access");
  }

  static Optional<Row> read(Connection connection, String account, String lock)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select access_token, refresh_token, version, state = 'READY' as authorised"
                + seconds("expires_at")
                + seconds("renewal_until")
                + ", "
                + left("renew_at", TokenEndpoint.LONGEST_LIFETIME)
                + " as renew_at, "
                + left("retry_at", Tokens.LONGEST_WAIT)
                + " as retry_at"
                + ", coalesce(extract(epoch from now - refused_at), 1e9) as since_refusal,"
                + " renewal_holder, failures, client_refused, unproved from tiny_account, (select tiny_now() as"
                + " now) as clock where account = ?"
                + lock
                + (lock.isEmpty() ? "" : " of tiny_account"))) {
      statement.setString(1, account);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row(row)) : Optional.empty();
      }
    }
  }

  private static String seconds(String column) {
    return ", coalesce(extract(epoch from " + column + " - now), -1) as " + column;
  }

  /** What is further ahead than it is ever put was written before the clock was set back. */
  private static String left(String column, Duration most) {
    return "coalesce(extract(epoch from case when %1$s <= now + %2$d * interval '1 second' then %1$s end - now), -1)"
        .formatted(column, most.toSeconds());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getBytes("access_token"),
        row.getBytes("refresh_token"),
        row.getLong("version"),
        row.getBoolean("authorised"),
        row.getDouble("expires_at"),
        row.getDouble("renew_at"),
        row.getDouble("since_refusal"),
        row.getDouble("renewal_until"),
        row.getObject("renewal_holder", UUID.class),
        row.getDouble("retry_at"),
        row.getInt("failures"),
        row.getBoolean("client_refused"),
        row.getBoolean("unproved"));
  }

  boolean update(String sql, Object... parameters) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return execute(connection, sql, parameters);
    }
  }

  static boolean execute(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate() > 0;
    }
  }
}
