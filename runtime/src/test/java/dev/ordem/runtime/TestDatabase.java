package dev.ordem.runtime;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A new, empty database in a server that a test class started.
 *
 * @param source without a pool: each connection is a new one
 */
record TestDatabase(EmbeddedPostgres server, String name, DataSource source) {

  static TestDatabase in(EmbeddedPostgres server) throws SQLException {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return new TestDatabase(server, name, server.getDatabase("postgres", name));
  }

  Postgres at(int port) {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
    return new Postgres(url, "postgres", "postgres", "VARIABLES_OF_THE_TEST");
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the only row. */
  String text(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      String text = String.valueOf(row.getString(1));
      if (row.next()) {
        throw new AssertionError(sql + " gave more than a row");
      }
      return text;
    }
  }
}
