package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code up} brought itself fails under it: it goes on, or says why not and leaves nothing.
 */
class FaultsOfUpTest {
  @TempDir Path directory;

  @Test
  void aPostgresThatWasKilledIsStartedAgainAndWorkGoesOn() throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("is COMPLETE");
      kill(postmaster());
      up.awaitLine("PostgreSQL is back.");
      assertThat(directory.resolve(".ordem/ordem.log"))
          .as("the terminal is not for it")
          .isNotEmptyFile();
      Map<String, String> variables = SignalsTest.demo(directory);
      try (OwnProcess run = OwnProcess.start(Ordem.class, variables, "run", "--wait")) {
        assertThat(run.awaitExit()).as("%s", run.lines()).isZero();
      }
      up.signal("TERM");
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
      assertThat(SignalsTest.serverOf(directory.resolve(".ordem"))).doesNotExist();
    }
  }

  /** As in a Postgres of one's own that is put back from a backup. */
  @Test
  void aRunThatIsGoneFromPostgresEndsNothingElse() throws Exception {
    Map<String, String> slow = new HashMap<>(SignalsTest.demo(directory));
    slow.put("TINY_REQUESTS_PER_MINUTE", "30");
    try (OwnProcess up = OwnProcess.start(Ordem.class, slow, "up")) {
      up.awaitLine("full RUNNING");
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        assertThat(statement.executeUpdate("DELETE FROM sync_run")).isPositive();
      }
      up.awaitLine("there is no run");
      try (OwnProcess run =
          OwnProcess.start(
              Ordem.class, SignalsTest.demo(directory), "run", "--headers-only", "--wait")) {
        assertThat(run.awaitExit()).as("%s", run.lines()).isZero();
      }
      up.signal("TERM");
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
    }
  }

  @Test
  void aBrokerThatCannotGoOnIsToldAndNothingIsLeft() throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("is COMPLETE");
      Path logs = directory.resolve(".ordem/demo/kafka");
      Files.move(logs, logs.resolveSibling("gone"));

      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(1);
      assertThat(up.lines()).anyMatch(line -> line.startsWith("Kafka cannot go on"));
      assertThat(up.lines()).noneMatch(line -> line.startsWith("\tat "));
      assertThat(SignalsTest.serverOf(directory.resolve(".ordem"))).doesNotExist();
    }
  }

  @Test
  void aPostgresThatSomebodyFrozeIsNotLeftBehind() throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("Dashboard and API");
      long postmaster = postmaster();
      assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(postmaster)).start().waitFor())
          .isZero();
      up.signal("TERM");

      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
      assertThat(up.lines()).last().isEqualTo("Stopping ...");
      assertThat(SignalsTest.serverOf(directory.resolve(".ordem"))).doesNotExist();
      Awaitility.await("its end, which the system has to notice")
          .until(() -> ProcessHandle.of(postmaster).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  @Test
  void aSecondUpSaysWhichProcessHoldsTheHome() throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("ready (");
      try (OwnProcess second = up()) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.lines()).singleElement().asString().contains("process " + up.pid());
      }
      up.signal("TERM");
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
    }
  }

  @Test
  void aKilledUpLeavesAServerThatTheNextOneTakesOver() throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("PostgreSQL ready");
      up.kill();
    }
    long orphan = postmaster();
    try (OwnProcess up = up("--once")) {
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
    }
    assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
  }

  private OwnProcess up(String... options) throws IOException {
    List<String> command = Stream.concat(Stream.of("up"), Stream.of(options)).toList();
    Map<String, String> variables = new HashMap<>(SignalsTest.demo(directory));
    return OwnProcess.start(Ordem.class, variables, command.toArray(String[]::new));
  }

  private Connection connect() throws Exception {
    Map<String, String> endpoints = new HashMap<>();
    for (String line : Files.readAllLines(directory.resolve(".ordem/endpoints.env"))) {
      String[] pair = line.split("=", 2);
      endpoints.put(pair[0], pair[1].replaceAll("^'|'$", ""));
    }
    return DriverManager.getConnection(
        endpoints.get("POSTGRES_URL"),
        endpoints.get("POSTGRES_USER"),
        endpoints.get("POSTGRES_PASSWORD"));
  }

  private long postmaster() throws IOException {
    Path file = SignalsTest.serverOf(directory.resolve(".ordem"));
    return Long.parseLong(Files.readAllLines(file).get(0));
  }

  private static void kill(long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor()).isZero();
  }
}
