package dev.ordem.quickstart.admin;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.StartException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;

/**
 * A role for each service, and one that owns the tables and nobody logs in as: {@code roles.sql},
 * the migrations as that owner, then {@code rights.sql}. An administrator's work.
 */
final class PostgresRoles {
  private static final String OWNER = "ordem_owner";

  private final Postgres administrator;

  PostgresRoles(Postgres administrator) {
    this.administrator = administrator;
  }

  /**
   * @param passwords by role
   * @throws SQLException if Postgres refuses something; the message says what
   * @throws StartException if it cannot be reached
   */
  void prepare(Map<String, String> passwords) throws SQLException, StartException {
    try (HikariDataSource database = pool(administrator);
        Connection connection = database.getConnection()) {
      execute(connection, "roles.sql");
      for (Map.Entry<String, String> each : passwords.entrySet()) {
        password(connection, each.getKey(), each.getValue());
      }
      try (HikariDataSource owner = pool(asOwner())) {
        Migrations.run(owner);
      }
      execute(connection, "rights.sql");
    }
  }

  private static HikariDataSource pool(Postgres postgres) throws StartException {
    return ConnectionPool.of("prepare", 3).open(postgres, new SimpleMeterRegistry());
  }

  private Postgres asOwner() {
    String url = administrator.url();
    String role = (url.contains("?") ? "&" : "?") + "options=-c%20role%3D" + OWNER;
    return new Postgres(
        url + role,
        administrator.user(),
        administrator.password(),
        administrator.variables());
  }

  private static void execute(Connection connection, String script) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(text(script));
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** A password is no parameter of this statement: Postgres quotes it for us. */
  private static void password(Connection connection, String role, String password)
      throws SQLException {
    try (PreparedStatement quote =
            connection.prepareStatement("SELECT format('ALTER ROLE %I PASSWORD %L', ?, ?)");
        Statement alter = connection.createStatement()) {
      quote.setString(1, role);
      quote.setString(2, password);
      try (ResultSet row = quote.executeQuery()) {
        row.next();
        alter.execute(row.getString(1));
      }
    }
  }

  private static String text(String script) {
    try (InputStream stream = PostgresRoles.class.getResourceAsStream(script)) {
      return new String(
          Objects.requireNonNull(stream, script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + script, e);
    }
  }
}
