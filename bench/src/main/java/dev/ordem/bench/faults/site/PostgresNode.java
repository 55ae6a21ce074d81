package dev.ordem.bench.faults.site;

import dev.ordem.runtime.net.UnusedPort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Postgres as {@code ./ordem up} has it, but as a process that can be killed and started again. */
final class PostgresNode {
  static final String USER = "postgres";
  private static final String DATABASE = "bench";
  private static final String POSTMASTER =
      "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)";

  private final Path data;
  private final Path log;
  private final int port;
  private final String program;

  private PostgresNode(Path data, Path log, int port, String program) {
    this.data = data;
    this.log = log;
    this.port = port;
    this.program = program;
  }

  /** Makes an empty database. Nothing runs. */
  static PostgresNode create(Path data, Path logs) throws Exception {
    try (EmbeddedPostgres first =
            EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setPort(UnusedPort.find())
                .start();
        Connection connection = first.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + DATABASE);
      try (var row = statement.executeQuery(POSTMASTER)) {
        row.next();
        Path program = Path.of("/proc", row.getString(1).strip(), "exe").toRealPath();
        return new PostgresNode(
            data, logs.resolve("postgres.out"), UnusedPort.find(), program.toString());
      }
    }
  }

  int port() {
    return port;
  }

  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /**
   * A connection that does not go over a road; no answer may take longer.
   *
   * @param logged what of its statements the server's log tells
   */
  Connection connect(int seconds, String logged) throws SQLException {
    String most = "&socketTimeout=" + seconds + "&connectTimeout=" + seconds;
    return DriverManager.getConnection(
        url(port) + "?options=-csearch_path=ordem,public%20-clog_statement=" + logged + most,
        USER,
        "trusted");
  }

  boolean answers() {
    try (Connection connection = connect(1, "none");
        Statement statement = connection.createStatement()) {
      return statement.execute("SELECT 1");
    } catch (SQLException e) {
      return false;
    }
  }

  Part part(Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("unshare", "-U")); // Postgres refuses to be root
    }
    command.addAll(List.of(program, "-D", data.toString(), "-p", Integer.toString(port)));
    for (String setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "wal_level=logical",
            "shared_buffers=32MB",
            "max_connections=150",
            "max_wal_size=64MB",
            "min_wal_size=32MB",
            "log_line_prefix=%m %p ",
            "log_timezone=UTC")) {
      command.addAll(List.of("-c", setting));
    }
    return new Part("INT", command, environment, log);
  }
}
