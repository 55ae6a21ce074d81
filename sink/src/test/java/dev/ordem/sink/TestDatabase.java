package dev.ordem.sink;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** A database of its own in a Postgres that is started for a test class. */
public final class TestDatabase {
  private final EmbeddedPostgres server;
  private final String name;
  private final DataSource source;

  private TestDatabase(EmbeddedPostgres server, String name) {
    this.server = server;
    this.name = name;
    this.source = server.getDatabase("postgres", name);
  }

  public static EmbeddedPostgres server(String walLevel) throws IOException {
    return EmbeddedPostgres.builder().setServerConfig("wal_level", walLevel).start();
  }

  public static TestDatabase in(EmbeddedPostgres server) throws SQLException {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return new TestDatabase(server, name);
  }

  public static TestDatabase migrated(EmbeddedPostgres server) throws SQLException {
    TestDatabase database = in(server);
    Migrations.run(database.source);
    return database;
  }

  public DataSource source() {
    return source;
  }

  /** The same, with connections that are used again; to be closed. */
  public HikariDataSource pool() {
    return pool("SET client_min_messages = warning");
  }

  /** The same, each of which begins with a statement. */
  public HikariDataSource pool(String first) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(6);
    config.setConnectionInitSql(first);
    return new HikariDataSource(config);
  }

  public String name() {
    return name;
  }

  public Postgres postgres() {
    return new Postgres(server.getJdbcUrl("postgres", name), "postgres", "postgres", "POSTGRES_*");
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of each row, as text. */
  public List<String> texts(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (row.next()) {
        texts.add(String.valueOf(row.getString(1)));
      }
      return texts;
    }
  }

  /** The first column of the only row. */
  public String text(String sql) throws SQLException {
    List<String> texts = texts(sql);
    if (texts.size() != 1) {
      throw new AssertionError(sql + " gave " + texts);
    }
    return texts.get(0);
  }
}
