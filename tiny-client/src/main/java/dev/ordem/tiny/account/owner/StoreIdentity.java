package dev.ordem.tiny.account.owner;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.StartException;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whose orders a start is about: the address of the API, and the account. The table {@code
 * identity} says whose a database holds; a start that is about another's is refused before it
 * stores a token or reads an order. Immutable.
 *
 * @param api the address in one spelling, or what {@code TINY_API_IDENTITY} says in its place
 * @param account name of the configured account
 * @param reserves whether an empty database is this one's from the start on. Where the variables
 *     name neither an API nor an application, nobody has said yet whose orders it is to hold: the
 *     simulated account may still come first
 * @param inContainers whether compose says where the stores are, and not the person
 */
public record StoreIdentity(String api, String account, boolean reserves, boolean inContainers) {
  /** What {@code up} calls the account that it makes up, on whatever port that is. */
  public static final String SIMULATED = "simulated";

  /** Where the real API is. */
  public static final String REAL_API = "https://api.tiny.com.br/public-api/v3";

  private static final String REAL = "https://api.tiny.com.br/";

  private static final String ELSEWHERE =
      "Give this one a directory of its own (ORDEM_HOME=…), or a database of its own (POSTGRES_URL)"
          + " where you bring that.";

  /** The variables of the other remedy are compose's own, and taken from nobody. */
  private static final String IN_CONTAINERS =
      "Give this one volumes of its own (COMPOSE_PROJECT_NAME=…), or start what these volumes are of"
          + " (of the demonstration: docker compose --profile demo up --detach), or delete them with"
          + " all that they hold (docker compose --profile demo down --volumes).";

  /** Which tokens a database of before was given: none of its rows say where they were good. */
  private static final String BEFORE =
      """
      SELECT coalesce(bool_or(token = sha256('ordem fingerprint demo')), false),
        coalesce(bool_or(token <> sha256('ordem fingerprint demo')), false)
      FROM tiny_account a, unnest(a.imported) AS token
      WHERE NOT EXISTS (SELECT FROM identity)
      """;

  private static final String NOTE =
      """
      INSERT INTO identity (account, api)
      SELECT account, ? FROM tiny_account UNION SELECT ?, ? WHERE ?
      ON CONFLICT (account) DO NOTHING
      """;

  /**
   * Of the variables {@code TINY_API_IDENTITY}, {@code TINY_API_URL} and {@code TINY_ACCOUNT}; what
   * is wrong with them is told by {@link dev.ordem.tiny.TinySettings}.
   */
  public static StoreIdentity of(Environment environment) {
    String api =
        environment.text("TINY_API_IDENTITY").orElse(environment.text("TINY_API_URL", REAL_API));
    boolean said =
        environment.has("TINY_API_URL")
            || environment.has("TINY_API_IDENTITY")
            || environment.has("TINY_CLIENT_ID");
    return new StoreIdentity(
        spelling(api),
        environment.text("TINY_ACCOUNT", "default"),
        said,
        environment.has("ORDEM_DEMO"));
  }

  /**
   * An address is the same whatever the case of its host, a slash at its end, or the usual port.
   */
  static String spelling(String address) {
    String text = address.strip().replaceAll("/+$", "");
    try {
      URI uri = URI.create(text);
      if (uri.getScheme() == null || uri.getHost() == null) {
        return text;
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      boolean usual = uri.getPort() == (scheme.equals("https") ? 443 : 80) || uri.getPort() < 0;
      return scheme
          + "://"
          + uri.getHost().toLowerCase(Locale.ROOT)
          + (usual ? "" : ":" + uri.getPort())
          + uri.getRawPath();
    } catch (IllegalArgumentException e) {
      return text; // TinySettings says that it is no address
    }
  }

  /**
   * Notes in an empty database whose it is from now on, and lets nobody else into one that is
   * another's. Brings the tables up to date first. Any number of processes may do so at once.
   *
   * @throws StartException if the database holds the orders of another, or cannot be asked
   */
  public void claim(DataSource database) throws StartException {
    try {
      Migrations.run(database);
      String foreign = foreign(database);
      if (foreign != null) {
        String where = inContainers ? "This Postgres" : "This Postgres (POSTGRES_URL)";
        throw StartException.ofWrongStart(refusal(where, foreign));
      }
    } catch (SQLException e) {
      throw new StartException(
          "Postgres (POSTGRES_URL) cannot say whose orders it holds: " + e.getMessage(), e);
    }
  }

  /** What to tell a person whose start is refused: where, whose it is, and what to do. */
  public String refusal(String where, String whose) {
    return where
        + " holds the orders of "
        + whose
        + "; this start is for "
        + describe(api)
        + ", and they are never mixed. "
        + (inContainers ? IN_CONTAINERS : ELSEWHERE)
        + " If it is the same Tiny at a new address, set TINY_API_IDENTITY to the old one.";
  }

  /** As it is told to people. */
  public static String describe(String api) {
    return api.equals(SIMULATED) ? "the simulated Tiny account" : api;
  }

  /** Whose the database is, if it is another's; else it is ours from here on. */
  private @Nullable String foreign(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        String foreign = foreign(connection);
        connection.commit();
        return foreign;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private @Nullable String foreign(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE identity IN SHARE ROW EXCLUSIVE MODE");
      String foreign = noted(statement);
      if (foreign == null) {
        foreign = before(statement);
      }
      if (foreign != null) {
        return foreign;
      }
    }
    try (PreparedStatement note = connection.prepareStatement(NOTE)) {
      note.setString(1, api);
      note.setString(2, account);
      note.setString(3, api);
      note.setBoolean(4, reserves);
      note.executeUpdate();
    }
    return null;
  }

  private @Nullable String noted(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT account, api FROM identity")) {
      while (row.next()) {
        if (!row.getString("api").equals(api)) {
          return "account " + row.getString("account") + " of " + describe(row.getString("api"));
        }
      }
      return null;
    }
  }

  /** The simulated account's first token is always the same; a real one's never is that. */
  private @Nullable String before(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(BEFORE)) {
      row.next();
      if (row.getBoolean(1) && api.startsWith(REAL)) {
        return describe(SIMULATED);
      }
      return row.getBoolean(2) && api.equals(SIMULATED) ? "a real account" : null;
    }
  }
}
