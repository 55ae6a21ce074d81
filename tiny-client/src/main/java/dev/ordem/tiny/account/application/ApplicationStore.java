package dev.ordem.tiny.account.application;

import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The application and the terms of each account, in {@code tiny_account}. */
public final class ApplicationStore {
  private static final String COLUMN = "client_secret";

  /** Whoever was refused is to be proved again at once with what is right now. */
  private static final String SAVE =
      """
      UPDATE tiny_account SET client_id = ?, client_secret = ?, client_refused = false,
        problem = CASE WHEN client_refused THEN NULL ELSE problem END, retry_at = NULL, failures = 0
      WHERE account = ?
      """;

  private static final String TERMS =
      """
      UPDATE tiny_account SET plan = coalesce(?, plan), per_second = coalesce(?, per_second),
        per_minute = coalesce(?, per_minute), per_hour = coalesce(?, per_hour)
      WHERE account = ?
      """;

  private final DataSource source;
  private final Secrets secrets;

  public ApplicationStore(DataSource source, Secrets secrets) {
    this.source = source;
    this.secrets = secrets;
  }

  /** Null: the account has none. */
  public @Nullable Application of(String account) throws SQLException, GeneralSecurityException {
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT client_id, client_secret FROM tiny_account WHERE account = ?")) {
      select.setString(1, account);
      try (ResultSet row = select.executeQuery()) {
        byte[] secret = row.next() ? row.getBytes(2) : null;
        return secret == null
            ? null
            : Application.of(row.getString(1), secrets.decrypt(secret, account, COLUMN));
      }
    }
  }

  /**
   * Stores what the variables say, if that is something else than before. Then it is proved by a
   * renewal before anything is read, and not hours later when the token ends. What another key
   * encrypted stays, until there is a new token to go with it.
   *
   * @param anew whether there is one
   */
  public void configure(String account, Application application, boolean anew) throws SQLException {
    boolean first;
    try {
      Application before = of(account);
      if (application.equals(before)) {
        return;
      }
      first = before == null;
    } catch (GeneralSecurityException e) {
      if (!anew) {
        return;
      }
      first = true;
    }
    save(account, application);
    if (!first) {
      try (Connection connection = source.getConnection();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE tiny_account SET renew_at = tiny_now(), expires_at = tiny_now()"
                      + " WHERE account = ?")) {
        update.setString(1, account);
        update.executeUpdate();
      }
    }
  }

  public void save(String account, Application application) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement update = connection.prepareStatement(SAVE)) {
      update.setString(1, application.clientId());
      update.setBytes(2, secrets.encrypt(application.clientSecret(), account, COLUMN));
      update.setString(3, account);
      update.executeUpdate();
    }
  }

  /** Gives {@code application} to accounts that were connected while there was one for all. */
  public void adopt(Application application) throws SQLException {
    List<String> without = new ArrayList<>();
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT account FROM tiny_account"
                    + " WHERE client_id IS NULL AND refresh_token IS NOT NULL");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        without.add(row.getString(1));
      }
    }
    try (Connection connection = source.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE tiny_account SET client_id = ?, client_secret = ?"
                    + " WHERE account = ? AND client_id IS NULL")) {
      for (String account : without) {
        update.setString(1, application.clientId());
        update.setBytes(2, secrets.encrypt(application.clientSecret(), account, COLUMN));
        update.setString(3, account);
        update.executeUpdate();
      }
    }
  }

  public AccountTerms terms(String account) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT plan, per_second, per_minute, per_hour FROM tiny_account"
                    + " WHERE account = ?")) {
      select.setString(1, account);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? terms(row) : AccountTerms.NONE;
      }
    }
  }

  public static AccountTerms terms(ResultSet row) throws SQLException {
    return new AccountTerms(
        (Integer) row.getObject("plan"),
        (Integer) row.getObject("per_second"),
        (Integer) row.getObject("per_minute"),
        (Integer) row.getObject("per_hour"));
  }

  /** Notes what was said; the rest stays. */
  public void say(String account, AccountTerms terms) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement update = connection.prepareStatement(TERMS)) {
      bind(update, 1, terms);
      update.setString(5, account);
      update.executeUpdate();
    }
  }

  public static void bind(PreparedStatement statement, int first, AccountTerms terms)
      throws SQLException {
    statement.setObject(first, terms.plan(), Types.INTEGER);
    statement.setObject(first + 1, terms.perSecond(), Types.INTEGER);
    statement.setObject(first + 2, terms.perMinute(), Types.INTEGER);
    statement.setObject(first + 3, terms.perHour(), Types.INTEGER);
  }
}
