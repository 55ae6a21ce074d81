package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.quickstart.OwnProcess;
import dev.ordem.runtime.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path directory;

  @Test
  void keepsRowsAndPortOverAStopAndIsDurable() throws Exception {
    int port;
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      port = postgres.port();
      try (Connection connection = connect(postgres)) {
        execute(connection, "CREATE TABLE kept AS SELECT 42 AS answer");
        assertThat(text(connection, "SHOW fsync")).isEqualTo("on");
        assertThat(text(connection, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(text(connection, "SHOW wal_level")).isEqualTo("logical");
        assertThat(text(connection, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(text(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
            .isEqualTo("f");
      }
    }
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      assertThat(postgres.port()).isEqualTo(port);
      try (Connection connection = connect(postgres)) {
        assertThat(text(connection, "SELECT answer FROM kept")).isEqualTo("42");
      }
    }
  }

  @Test
  void wantsItsPassword() throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      for (String user : new String[] {"postgres", EmbeddedPostgres.USER}) {
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), user, "guess"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("password authentication failed");
      }
    }
  }

  /** As if another program had taken it a moment after it was found free. */
  @Test
  void leavesAloneWhoeverHasItsPort() throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home);
        var other =
            io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                .setPort(postgres.port())
                .start()) {
      assertThatThrownBy(postgres::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("Port " + postgres.port())
          .hasMessageContaining("Start again");
      assertThat(postgres.isAlive()).isFalse();
      try (Connection connection = other.getPostgresDatabase().getConnection()) {
        assertThat(text(connection, "SELECT count(*) FROM pg_roles WHERE rolname = 'ordem'"))
            .isEqualTo("0");
      }
    }
  }

  @Test
  void stopsTheServerThatAKilledProcessLeftBehind() throws Exception {
    Path path = directory.resolve(".ordem");
    ProcessHandle orphan;
    try (OwnProcess process = OwnProcess.start(HoldPostgres.class, path.toString())) {
      process.awaitLine("ready");
      String pid = Files.readAllLines(path.resolve("postgres/postmaster.pid")).get(0);
      orphan = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      process.kill();
    }
    assertThat(orphan.isAlive()).isTrue();
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      orphan.onExit().get(10, TimeUnit.SECONDS);
      try (Connection connection = connect(postgres)) {
        assertThat(text(connection, "SELECT count(*) FROM committed")).isEqualTo("1");
      }
    }
  }

  /** Starts a server, commits a row, and waits to be killed. */
  static final class HoldPostgres {
    private HoldPostgres() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgres postgres = EmbeddedPostgres.in(HomeDirectory.open(Path.of(arguments[0])));
      postgres.start();
      try (Connection connection = connect(postgres)) {
        execute(connection, "CREATE TABLE committed AS SELECT 1");
      }
      System.out.println("ready");
      Thread.currentThread().join();
    }
  }

  @Test
  void neverSignalsAProgramThatOnlyHasThePidAndTheWord() throws Exception {
    Path path = directory.resolve(".ordem");
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
    }
    Path data = path.resolve("postgres");
    Process foreign =
        new ProcessBuilder("sh", "-c", "sleep 600; : postgres -D " + data)
            .directory(data.toFile())
            .start();
    try (HomeDirectory home = HomeDirectory.open(path)) {
      Files.writeString(
          data.resolve("postmaster.pid"),
          foreign.pid() + "\n" + data + "\n" + System.currentTimeMillis() / 1000 + "\n");
      try (EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
        postgres.start();
        assertThat(foreign.isAlive()).isTrue();
        try (Connection connection = connect(postgres)) {
          assertThat(text(connection, "SELECT 1")).isEqualTo("1");
        }
      }
      assertThat(foreign.isAlive()).isTrue();
    } finally {
      foreign.descendants().forEach(ProcessHandle::destroyForcibly);
      foreign.destroyForcibly();
    }
  }

  @Test
  void leavesThePostgresOfAnotherDirectoryAlone() throws Exception {
    Path path = directory.resolve(".ordem");
    try (HomeDirectory theirs = HomeDirectory.open(directory.resolve("theirs"));
        EmbeddedPostgres other = EmbeddedPostgres.in(theirs);
        HomeDirectory home = HomeDirectory.open(path)) {
      other.start();
      try (EmbeddedPostgres first = EmbeddedPostgres.in(home)) {
        first.start();
      }
      Files.copy(
          theirs.path().resolve("postgres/postmaster.pid"),
          path.resolve("postgres/postmaster.pid"));
      try (EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
        postgres.start();
        try (Connection connection = connect(other)) {
          assertThat(text(connection, "SELECT 1")).isEqualTo("1");
        }
      }
    }
  }

  @Test
  void movesAHalfMadeDirectoryAsideInsteadOfDeletingIt() throws Exception {
    Path path = directory.resolve(".ordem");
    Files.createDirectories(path.resolve("postgres"));
    Files.writeString(path.resolve("postgres/half"), "made");
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      try (var files = Files.list(path)) {
        assertThat(files.filter(f -> f.getFileName().toString().startsWith("postgres.incomplete-")))
            .singleElement()
            .satisfies(f -> assertThat(f.resolve("half")).hasContent("made"));
      }
    }
  }

  @Test
  void makesADirectoryThatWasRemovedAnewAndAsksForItsPassword() throws Exception {
    Path path = directory.resolve(".ordem");
    Files.createDirectories(path);
    Files.writeString(path.resolve("postgres.password"), "of-the-one-that-was-removed");
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      try (Connection connection = connect(postgres)) {
        assertThat(text(connection, "SELECT current_user")).isEqualTo(EmbeddedPostgres.USER);
      }
      assertThat(path.resolve("postgres.password")).hasContent(postgres.password());
    }
  }

  @Test
  void refusesTheDirectoryOfANewerServerBeforeTouchingIt() throws Exception {
    Path path = directory.resolve(".ordem");
    Files.createDirectories(path.resolve("postgres"));
    Files.writeString(path.resolve("postgres/PG_VERSION"), "19\n");
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      assertThatThrownBy(postgres::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("PostgreSQL 19")
          .hasMessageContaining("brings PostgreSQL 18");
      assertThat(path.resolve("postgres/PG_VERSION")).hasContent("19\n");
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.url(), EmbeddedPostgres.USER, postgres.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
