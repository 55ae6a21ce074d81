package dev.ordem.producer.runs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;

/** A Postgres with the tables and functions of the installation, emptied between tests. */
public final class MigratedDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  /** Starts it. */
  public MigratedDatabase() throws IOException, SQLException {
    postgres = started();
    Migrations.run(postgres.getPostgresDatabase());
  }

  /** Without a pool: each connection is a new one. */
  public DataSource source() {
    return postgres.getPostgresDatabase();
  }

  /** A pool of so many connections, which the caller closes. */
  public HikariDataSource pool(int most) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source());
    config.setMaximumPoolSize(most);
    return new HikariDataSource(config);
  }

  /** Tried twice: somebody may take its port between its being found and being bound. */
  private static EmbeddedPostgres started() throws IOException {
    try {
      return EmbeddedPostgres.builder().start();
    } catch (IOException e) {
      return EmbeddedPostgres.builder().start();
    }
  }

  /** Forgets all but the accounts {@code loja} and {@code outra}. */
  public void clear() throws SQLException {
    execute("DELETE FROM sync_run"); // which tells the outbox
    StringBuilder sql = new StringBuilder();
    for (String table :
        texts(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                + " AND tablename <> 'ordem_schema_history'")) {
      sql.append("DELETE FROM ").append(table).append(';');
    }
    execute(sql + "INSERT INTO tiny_account (account) VALUES ('loja'), ('outra')");
  }

  /** Statements, separated by semicolons. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of each row. */
  public List<String> texts(String sql) throws SQLException {
    try (Connection connection = source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(Objects.requireNonNullElse(rows.getString(1), "null"));
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

  /** The id that {@code SELECT ordem_run(arguments)} returns. */
  public UUID run(String arguments) throws SQLException {
    return UUID.fromString(text("SELECT ordem_run(" + arguments + ")"));
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
