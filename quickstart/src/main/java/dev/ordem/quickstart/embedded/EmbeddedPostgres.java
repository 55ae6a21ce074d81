package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server as a child process, on a directory that outlives it. Durable: {@code fsync}
 * and {@code synchronous_commit} are on. It listens on 127.0.0.1 only, has no socket in the file
 * system, and asks for a password that is made once and kept in {@code .ordem/postgres.password}.
 *
 * <p>The password file is written last, so it also says that the directory is complete: a directory
 * without it was cut off in the middle of its making and is moved aside, never deleted. A directory
 * that somebody removed is made anew, with a password of its own.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  /** Major version of the server that the build brings. */
  private static final int MAJOR = 18;

  /** Role and database of the pipeline; the role owns the database and is no superuser. */
  public static final String USER = "ordem";

  static final String DATABASE = "ordem";

  static final String DIRECTORY = "postgres";
  private static final String PASSWORD_FILE = "postgres.password";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration RESTART_LIMIT = Duration.ofSeconds(30);

  private final HomeDirectory home;
  private final Path data;
  private final Path log;
  private final int port;
  private final boolean complete;
  private final String password;
  private io.zonky.test.db.postgres.embedded.@Nullable EmbeddedPostgres server;

  private EmbeddedPostgres(HomeDirectory home, int port, boolean complete, String password) {
    this.home = home;
    this.data = home.path().resolve(DIRECTORY);
    this.log = home.path().resolve("postgres.log");
    this.port = port;
    this.complete = complete;
    this.password = password;
  }

  /** The server of this home, on the port it had before if that is free. Nothing is started. */
  public static EmbeddedPostgres in(HomeDirectory home) throws StartException {
    boolean complete =
        Files.exists(home.path().resolve(PASSWORD_FILE))
            && Files.exists(home.path().resolve(DIRECTORY).resolve("PG_VERSION"));
    if (complete) {
      // Frees the port for whoever asks for it next: us.
      new OrphanPostgres(home.path().resolve(DIRECTORY)).stop();
    }
    String password =
        complete
            ? home.secret(PASSWORD_FILE, HomeDirectory::randomSecret)
            : HomeDirectory.randomSecret();
    return new EmbeddedPostgres(home, home.ports().remembered("postgres"), complete, password);
  }

  /**
   * Makes the database the first time, and returns when the server answers.
   *
   * @throws StartException if the directory is a newer PostgreSQL's or unusable
   */
  public void start() throws StartException {
    refuseOtherMajor();
    if (!complete) {
      // A password from before would call the new directory complete before it is.
      home.forget(PASSWORD_FILE);
      moveAside();
    }
    server = launch();
    refuseOtherServer();
    if (!complete) {
      closeTheDoor();
      home.writePrivately(PASSWORD_FILE, password);
    }
  }

  /** Whether the server that was started is there. */
  public boolean isAlive() {
    return new OrphanPostgres(data).isThere();
  }

  /**
   * Starts the server again that somebody killed, on the same port. Sessions of the dead one may
   * hold its memory for a moment.
   *
   * @throws StartException if it does not start within a while
   */
  public void restart() throws StartException {
    letGo();
    long end = System.nanoTime() + RESTART_LIMIT.toNanos();
    while (server == null) {
      try {
        new OrphanPostgres(data).stop();
        server = launch();
        refuseOtherServer();
      } catch (StartException e) {
        if (System.nanoTime() - end >= 0 || DiskSpace.isFull(home.path())) {
          throw e;
        }
      }
    }
  }

  /** What is left of it at once, and nothing said: the last act of a process. */
  public void kill() {
    stopWhatIsLeft();
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  int port() {
    return port;
  }

  public String password() {
    return password;
  }

  /** Ends every session and stops the server with a checkpoint: a few tenths of a second. */
  @Override
  public void close() {
    if (server != null) {
      new OrphanPostgres(data).wake();
      letGo();
      stopWhatIsLeft();
    }
  }

  /** What to tell people of a server that could not be stopped; empty: nothing runs. */
  public Optional<String> leftBehind() {
    OrphanPostgres left = new OrphanPostgres(data);
    return left.isThere()
        ? left.find()
            .map(
                process ->
                    "PostgreSQL (process %d) does not stop, and is left behind. End it: kill -KILL %d"
                        .formatted(process.pid(), process.pid()))
        : Optional.empty();
  }

  private void letGo() {
    io.zonky.test.db.postgres.embedded.EmbeddedPostgres stopping = server;
    server = null;
    try {
      if (stopping != null) {
        stopping.close();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(EmbeddedPostgres.class).warn("stopping PostgreSQL", e);
    }
  }

  private void refuseOtherMajor() throws StartException {
    Path file = data.resolve("PG_VERSION");
    if (!Files.exists(file)) {
      return;
    }
    try {
      String found = Files.readString(file).strip();
      if (!found.equals(Integer.toString(MAJOR))) {
        throw new StartException(
            "%s was written by PostgreSQL %s; this Ordem brings PostgreSQL %d. Use the Ordem that made it, or move the directory away."
                .formatted(data, found, MAJOR));
      }
    } catch (IOException e) {
      throw new StartException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void moveAside() throws StartException {
    if (!Files.exists(data)) {
      return;
    }
    new OrphanPostgres(data).stop();
    Path aside = data.resolveSibling("postgres.incomplete-" + System.currentTimeMillis());
    try {
      Files.move(data, aside);
    } catch (IOException e) {
      throw new StartException(data + " is incomplete and cannot be moved: " + e.getMessage(), e);
    }
  }

  private io.zonky.test.db.postgres.embedded.EmbeddedPostgres launch() throws StartException {
    Path binaries = home.path().resolve("postgres-bin");
    // Zonky tidies up below this directory on every start; keep it out of the shared /tmp.
    System.setProperty("ot.epg.working-dir", binaries.toString());
    try {
      return io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
          .setDataDirectory(data)
          .setCleanDataDirectory(false)
          .setRegisterShutdownHook(false)
          .setOverrideWorkingDirectory(binaries.toFile())
          .setPort(port)
          .setPGStartupWait(START_LIMIT)
          .setOutputRedirector(Redirect.appendTo(log.toFile()))
          .setErrorRedirector(Redirect.appendTo(log.toFile()))
          .setConnectConfig("password", password)
          // The same collation on every machine, whatever its locales.
          .setLocaleConfig("locale-provider", "builtin")
          .setLocaleConfig("builtin-locale", "C.UTF-8")
          .setLocaleConfig("locale", "C")
          .setServerConfig("fsync", "on")
          .setServerConfig("synchronous_commit", "on")
          .setServerConfig("wal_level", "logical")
          .setServerConfig("listen_addresses", "127.0.0.1")
          .setServerConfig("unix_socket_directories", "")
          .setServerConfig("max_connections", "100")
          .setServerConfig("shared_buffers", "64MB")
          .setServerConfig("max_slot_wal_keep_size", "1GB")
          .start();
    } catch (IOException | RuntimeException e) {
      stopWhatIsLeft();
      throw explained(e);
    }
  }

  /** A port may be taken between its choice and its use; what answers then is somebody else's. */
  private void refuseOtherServer() throws StartException {
    if (!new OrphanPostgres(data).isReady()) {
      letGo();
      stopWhatIsLeft();
      throw new StartException(
          "Port "
              + port
              + " for PostgreSQL was taken by another program in this moment. Start again: then"
              + " another one is chosen.");
    }
  }

  private void stopWhatIsLeft() {
    try {
      new OrphanPostgres(data).stop();
    } catch (StartException e) {
      LoggerFactory.getLogger(EmbeddedPostgres.class).warn("PostgreSQL is still there", e);
    }
  }

  private StartException explained(Exception failure) {
    return new StartException(
        "PostgreSQL did not start: " + lastLine() + " See " + log + ".", failure);
  }

  private String lastLine() {
    try {
      List<String> lines = Files.readAllLines(log);
      for (int i = lines.size() - 1; i >= 0; i--) {
        String line = lines.get(i);
        if (line.contains("FATAL:") || line.contains("error:")) {
          return line.strip() + ".";
        }
      }
      return lines.isEmpty() ? "it said nothing." : lines.get(lines.size() - 1).strip() + ".";
    } catch (IOException e) {
      return "its log cannot be read.";
    }
  }

  /** A fresh server trusts everyone on the loopback; from here on it wants the password. */
  private void closeTheDoor() throws StartException {
    String asSuperuser = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    try (Connection connection = DriverManager.getConnection(asSuperuser);
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER ROLE postgres PASSWORD '" + password + "'");
      statement.execute("CREATE ROLE " + USER + " LOGIN REPLICATION PASSWORD '" + password + "'");
      statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + USER);
      Files.writeString(
          data.resolve("pg_hba.conf"),
          """
          host all all 127.0.0.1/32 scram-sha-256
          host replication all 127.0.0.1/32 scram-sha-256
          """);
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException | IOException e) {
      close();
      throw new StartException("PostgreSQL could not be set up: " + e.getMessage(), e);
    }
  }
}
