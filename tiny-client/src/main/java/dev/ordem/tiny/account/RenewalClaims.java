package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.Secrets;
import dev.ordem.tiny.account.owner.AccountProblem;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Who renews an account's token, among all processes: whoever marked its row first, for a while.
 *
 * <p>From any thread.
 */
final class RenewalClaims {
  private final DataSource dataSource;
  private final TokenStore store;
  private final Secrets secrets;

  /**
   * Whom a claim was for of which nobody heard what came of it. With that name it can be made
   * again: its refresh token was not even read. Taken out for each attempt, so that two threads
   * never share one.
   */
  private final Map<String, UUID> unheard = new ConcurrentHashMap<>();

  RenewalClaims(DataSource dataSource, TokenStore store, Secrets secrets) {
    this.dataSource = dataSource;
    this.store = store;
    this.secrets = secrets;
  }

  /** What came of wanting to renew: one of a closed set. */
  sealed interface Claim {
    /** It is this process that renews. */
    record Mine(Claimed claimed, String refreshToken, int failures, boolean unproved)
        implements Claim {}

    /** Nothing to do, or not now: the row says why. */
    record NotMine(TokenStore.Row row) implements Claim {}

    /** The account does not exist. */
    record Unknown() implements Claim {}
  }

  /** A renewal that this process took upon itself. */
  record Claimed(String account, long version, UUID holder) {}

  /**
   * Takes the renewal of {@code version} upon this process, in a transaction of its own, so that
   * whoever comes after a crash knows that the refresh token may have been used. If it fails, it
   * may be tried again at once.
   */
  Claim claim(String account, long version, Duration lease)
      throws SQLException, GeneralSecurityException {
    UUID before = unheard.remove(account);
    Claimed wanted = new Claimed(account, version, before == null ? UUID.randomUUID() : before);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Claim claim = claim(connection, wanted, lease);
        connection.commit();
        return claim;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      unheard.put(account, wanted.holder());
      throw e;
    }
  }

  private Claim claim(Connection connection, Claimed wanted, Duration lease)
      throws SQLException, GeneralSecurityException {
    String account = wanted.account();
    Optional<TokenStore.Row> found = TokenStore.read(connection, account, " for update");
    if (found.isEmpty()) {
      return new Claim.Unknown();
    }
    TokenStore.Row row = found.get();
    byte[] refresh = row.refresh();
    if (row.pending() > lease.toSeconds()) { // the clock was set back; it may still be under way
      TokenStore.execute(
          connection,
          "update tiny_account set renewal_until = tiny_now() + ? * interval '1 millisecond'"
              + " where account = ?",
          lease.toMillis(),
          account);
    }
    boolean free = row.pending() < 0 || wanted.holder().equals(row.holder());
    boolean mine = row.version() == wanted.version() && row.authorised() && free && row.retry() < 0;
    if (!mine || refresh == null) {
      return new Claim.NotMine(row);
    }
    String token = secrets.decrypt(refresh, account, "refresh");
    TokenStore.execute(
        connection,
        "update tiny_account set renewal_holder = ?, renewal_version = version,"
            + " renewal_until = tiny_now() + ? * interval '1 millisecond'"
            + " where account = ?",
        wanted.holder(),
        lease.toMillis(),
        account);
    return new Claim.Mine(wanted, token, row.failures(), row.unproved());
  }

  /** The refresh token is dead: a person must connect the account. */
  boolean lost(Claimed claimed, AccountProblem problem) throws SQLException {
    return store.update(
        "update tiny_account set state = 'AUTHORISATION_REQUIRED', problem = ?, problem_detail = ?,"
            + " renewal_holder = null, renewal_until = null, access_token = null, expires_at = null,"
            + " refused = case when kept_token is null then refused"
            + " else imported[cardinality(imported)] end,"
            + " refresh_token = coalesce(kept_token, refresh_token), kept_token = null"
            + " where account = ? and version = ? and renewal_holder = ?",
        problem.text(),
        problem.detail(),
        claimed.account(),
        claimed.version(),
        claimed.holder());
  }

  /**
   * The renewal failed, and is to be tried again after a while.
   *
   * @param clientRefused the application was not accepted; false: there was no verdict
   */
  boolean postpone(Claimed claimed, AccountProblem problem, boolean clientRefused, Duration wait)
      throws SQLException {
    return store.update(
        "update tiny_account set problem = ?, problem_detail = ?, client_refused = ?, failures = failures + 1,"
            + " renewal_holder = null, renewal_until = null,"
            + " retry_at = tiny_now() + ? * interval '1 millisecond'"
            + " where account = ? and version = ? and renewal_holder = ?",
        problem.text(),
        problem.detail(),
        clientRefused,
        wait.toMillis(),
        claimed.account(),
        claimed.version(),
        claimed.holder());
  }
}
