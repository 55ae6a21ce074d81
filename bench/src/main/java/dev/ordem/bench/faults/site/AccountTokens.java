package dev.ordem.bench.faults.site;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The tokens of the account, taken from a Postgres into an older copy of it: as if somebody had
 * connected the account again at once, since a refresh token is good for one use.
 *
 * @param row of {@code tiny_account}, in JSON
 */
record AccountTokens(String row) {
  private static final String READ =
      "SELECT to_jsonb(a)::text FROM tiny_account a WHERE account = 'default'";

  private static final String WRITE =
      """
      UPDATE tiny_account a SET (access_token, refresh_token, expires_at, renew_at, version, state,
          problem, imported, renewal_holder, renewal_version, renewal_until, retry_at, failures)
        = (SELECT access_token, refresh_token, expires_at, renew_at, version, state,
          problem, imported, renewal_holder, renewal_version, renewal_until, retry_at, failures
          FROM jsonb_populate_record(NULL::tiny_account, ?::jsonb))
      WHERE account = 'default'
      """;

  static AccountTokens read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      row.next();
      return new AccountTokens(row.getString(1));
    }
  }

  void write(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setString(1, row);
      statement.executeUpdate();
    }
  }
}
