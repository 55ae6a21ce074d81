package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whenever a signal comes, a process stops in its order: 0, not a stack trace, nothing left. */
class SignalsTest {
  @TempDir Path directory;

  /** What was said last before the signal, which then comes in the midst of what follows. */
  @ParameterizedTest
  @CsvSource({
    "TERM,Ordem keeps its data",
    "INT,ready (",
    "HUP,Simulated Tiny account ready",
    "TERM,Dashboard and API",
    "TERM,full RUNNING"
  })
  void upStopsInOrderAtAnyMomentOfItsStart(String signal, String last) throws Exception {
    try (OwnProcess up = OwnProcess.start(Ordem.class, demo(directory), "up")) {
      up.awaitLine(last);
      up.signal(signal);

      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
      assertThat(up.lines()).last().isEqualTo("Stopping ...");
      assertThat(up.lines()).noneMatch(line -> line.startsWith("\tat "));
      assertThat(serverOf(directory.resolve(".ordem"))).doesNotExist();
    }
  }

  @Test
  void aRunThatWasStoppedBeforeItsEndIsNoSuccess() throws Exception {
    Map<String, String> slow = new HashMap<>(demo(directory));
    slow.put("SIMULATOR_REQUESTS_PER_MINUTE", "20");
    try (OwnProcess up = OwnProcess.start(Ordem.class, slow, "up", "--once")) {
      up.awaitLine("full RUNNING");
      up.signal("TERM");
      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(1);
    }
  }

  /** As systemd and {@code timeout} do: the signal goes to each process of the group. */
  @Test
  void aSignalThatEndsInitdbTooIsNoFailure() throws Exception {
    try (OwnProcess up = OwnProcess.start(Ordem.class, demo(directory), "up")) {
      long initdb =
          Awaitility.await()
              .atMost(Duration.ofMinutes(1))
              .pollInterval(Duration.ofMillis(5))
              .until(
                  () ->
                      ProcessHandle.of(up.pid()).stream()
                          .flatMap(ProcessHandle::descendants)
                          .filter(each -> each.info().command().orElse("").endsWith("initdb"))
                          .findFirst(),
                  Optional::isPresent)
              .orElseThrow()
              .pid();
      up.signal("TERM");
      new ProcessBuilder("kill", "-TERM", Long.toString(initdb)).start().waitFor();
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
      assertThat(up.lines()).last().isEqualTo("Stopping ...");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sink", "detail-worker", "producer"})
  void aServiceStopsInOrder(String name) throws Exception {
    try (TinySimulator tiny = new TinySimulator(SimulatorSettings.inProcess()).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home);
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      postgres.start();
      kafka.start();
      Map<String, String> variables =
          new HashMap<>(KilledProcessesTest.variables(tiny, postgres, kafka));
      variables.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
      for (String last : List.of("starting " + name, "started; health")) {
        try (OwnProcess service = OwnProcess.start(Ordem.class, variables, name)) {
          service.awaitLine(last);
          service.signal("TERM");

          assertThat(service.awaitExit()).as("%s", service.lines()).isZero();
          assertThat(service.lines()).noneMatch(line -> line.startsWith("\tat "));
        }
      }
    }
  }

  /** As a terminal that is closed sends it: by its shell, and by itself. */
  @Test
  void signalsThatComeTogetherAreOneWish() throws Exception {
    try (OwnProcess slow = OwnProcess.start(SlowToStop.class)) {
      slow.awaitLine("begun");
      slow.signal("HUP");
      slow.signal("HUP");
      slow.signal("TERM");
      slow.awaitLine("in order");
      assertThat(slow.awaitExit()).as("%s", slow.lines()).isZero();
    }
  }

  @Test
  void aSignalThatComesLaterIsImpatience() throws Exception {
    try (OwnProcess slow = OwnProcess.start(SlowToStop.class, "for ever")) {
      slow.awaitLine("begun");
      slow.signal("TERM");
      slow.awaitLine("asked");
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                slow.signal("TERM");
                return slow.lines().stream().anyMatch(line -> line.contains("going down hard"));
              });
      assertThat(slow.awaitExit()).as("%s", slow.lines()).isEqualTo(1);
      assertThat(slow.lines()).last().asString().contains("going down hard");
    }
  }

  /** A process that takes a second to stop in order, or never does. */
  static final class SlowToStop {
    public static void main(String[] arguments) throws InterruptedException {
      try (ShutdownSignal signal = ShutdownSignal.onSignal()) {
        System.out.println("begun");
        signal.within(Duration.ofMinutes(5));
        System.out.println("asked");
        new CountDownLatch(1).await(arguments.length == 0 ? 1 : 300, TimeUnit.SECONDS);
      }
      System.out.println("in order");
      System.exit(0);
    }
  }

  @Test
  void theSimulatorStopsInOrder() throws Exception {
    try (OwnProcess simulator =
        OwnProcess.start(Ordem.class, Map.of("SIMULATOR_HTTP", "127.0.0.1:0"), "simulator")) {
      simulator.awaitLine("account demo");
      simulator.signal("TERM");
      assertThat(simulator.awaitExit()).as("%s", simulator.lines()).isZero();
    }
  }

  static Map<String, String> demo(Path directory) {
    return Map.of(
        "ORDEM_HOME", directory.resolve(".ordem").toString(),
        "ORDEM_HTTP", "127.0.0.1:0",
        "SIMULATOR_ORDERS", "30",
        "SIMULATOR_CHANGES_PER_MINUTE", "0",
        "SIMULATOR_REQUESTS_PER_MINUTE", "0",
        "SIMULATOR_REQUESTS_PER_SECOND", "0",
        "TINY_REQUESTS_PER_MINUTE", "0",
        "TINY_REQUESTS_PER_SECOND", "0");
  }

  /** Where the server of the demo says that it runs. */
  static Path serverOf(Path home) {
    return home.resolve("demo/postgres/postmaster.pid");
  }
}
