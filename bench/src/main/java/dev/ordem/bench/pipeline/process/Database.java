package dev.ordem.bench.pipeline.process;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres of this process's own, set up as {@code ./ordem up} does: durable. Not thread safe.
 */
public final class Database implements AutoCloseable {
  /** Who may do everything. */
  public static final String USER = "postgres";

  private @Nullable EmbeddedPostgres server;
  private int databases;

  /** Starts it on an empty directory and returns when it takes connections. */
  public Database start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("shared_buffers", "64MB")
            .setOutputRedirector(Redirect.DISCARD)
            .setErrorRedirector(Redirect.DISCARD)
            .start();
    return this;
  }

  /** Makes an empty database and returns its name. */
  public synchronized String fresh() throws SQLException {
    databases++;
    String name = "bench" + databases;
    execute("postgres", "CREATE DATABASE " + name);
    return name;
  }

  /** Carries out statements. */
  public void execute(String database, String sql) throws SQLException {
    try (Connection connection = dataSource(database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** JDBC URL of a database of it, with the user. */
  public String url(String database) {
    return started().getJdbcUrl(USER, database);
  }

  /** A new connection each time. */
  public DataSource dataSource(String database) {
    return started().getDatabase(USER, database);
  }

  private EmbeddedPostgres started() {
    EmbeddedPostgres started = server;
    if (started == null) {
      throw new IllegalStateException("the database was not started");
    }
    return started;
  }

  @Override
  public void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }
}
