package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The entry point of the image, with a Java that is a script and tells what it was told. */
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EntryPointTest {
  private static final long PATIENCE_SECONDS = 60;
  private static final String STAYS = "Not started. Put the variables right";

  @TempDir Path directory;

  @BeforeEach
  void java() throws IOException {
    script(
        "java",
        """
        case " $* " in *" -version "*) echo "no such heap"; exit "$ON_VERSION" ;; esac
        trap 'exit 7' TERM
        echo begun
        [ -z "${TELLS:-}" ] || env | grep "^$TELLS=" || echo "$TELLS="
        while [ "$ENDS" = when-told ]; do sleep 0.1; done
        exit "$ENDS"
        """);
  }

  @Test
  void aWrongVariableIsToldOnceAndWaitsForAPerson() throws Exception {
    try (Container container = start(Map.of("ENDS", "2", "ON_VERSION", "0"))) {
      assertThat(container.until(STAYS)).hasSize(2);
      assertThat(container.endsWhenTold()).isEqualTo(2);
    }
  }

  @Test
  void optionsThatJavaDoesNotTakeAreAWrongVariable() throws Exception {
    Map<String, String> wrong = Map.of("ENDS", "1", "ON_VERSION", "1", "ORDEM_JAVA_OPTS", "-Xmx1x");
    try (Container container = start(wrong)) {
      assertThat(container.until(STAYS))
          .anyMatch(line -> line.startsWith("ORDEM_JAVA_OPTS: ") && line.contains("-Xmx1x"));
      assertThat(container.endsWhenTold()).isEqualTo(2);
    }
  }

  /** After a reboot of the engine containers start side by side: the simulator may come later. */
  @Test
  void whoIsRefusedStartsAgainOnceTheSimulatorComesOrGoes() throws Exception {
    Path there = directory.resolve("there");
    script("getent", "[ -e " + there + " ]");
    Map<String, String> refused =
        Map.of("ENDS", "2", "ON_VERSION", "0", "ORDEM_DEMO", "simulator", "TELLS", "TINY_API_URL");
    try (Container container = start(refused)) {
      assertThat(container.until(STAYS)).contains("TINY_API_URL=");
      Files.createFile(there);
      assertThat(container.until(STAYS))
          .contains("TINY_API_URL=http://simulator:8090/public-api/v3");
      Files.delete(there);
      assertThat(container.until(STAYS)).contains("TINY_API_URL=");
      assertThat(container.endsWhenTold()).isEqualTo(2);
    }
  }

  @Test
  void anAccountOfItsOwnDoesNotLookForTheSimulator() throws Exception {
    script("getent", "exit 0");
    Map<String, String> real =
        Map.of(
            "ENDS",
            "2",
            "ON_VERSION",
            "0",
            "ORDEM_DEMO",
            "simulator",
            "TINY_CLIENT_ID",
            "its-own",
            "TELLS",
            "TINY_CLIENT_ID");
    try (Container container = start(real)) {
      assertThat(container.until(STAYS)).contains("TINY_CLIENT_ID=its-own");
      assertThat(container.endsWhenTold()).isEqualTo(2);
    }
  }

  /** What is started once, as the administrator's container is, ends. */
  @Test
  void optionsThatJavaDoesNotTakeEndACommandWithTwo() throws Exception {
    Map<String, String> wrong = Map.of("ENDS", "1", "ON_VERSION", "1", "ORDEM_JAVA_OPTS", "-Xmx1x");
    try (Container container = start(wrong, "prepare")) {
      assertThat(container.lines().lines().toList())
          .singleElement()
          .asString()
          .startsWith("ORDEM_JAVA_OPTS: ")
          .contains("-Xmx1x", "no such heap");
      assertThat(container.end()).isEqualTo(2);
    }
  }

  @Test
  void whatAnotherStartMayMendEndsTheContainer() throws Exception {
    try (Container container = start(Map.of("ENDS", "1", "ON_VERSION", "0"))) {
      assertThat(container.lines().lines().toList()).hasSize(1);
      assertThat(container.end()).isEqualTo(1);
    }
  }

  @Test
  void aSignalReachesTheServiceWhichSaysHowItEnds() throws Exception {
    try (Container container = start(Map.of("ENDS", "when-told", "ON_VERSION", "0"))) {
      container.until("begun");
      assertThat(container.endsWhenTold()).isEqualTo(7);
    }
  }

  private void script(String name, String text) throws IOException {
    Path script = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Container start(Map<String, String> variables) throws IOException {
    return start(variables, "producer");
  }

  private Container start(Map<String, String> variables, String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", Path.of("../.docker/ordem").toRealPath().toString(), command)
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().merge("PATH", directory.toString(), (path, java) -> java + ":" + path);
    builder.environment().putAll(variables);
    Process process = builder.start();
    return new Container(process, process.inputReader());
  }

  private record Container(Process process, BufferedReader lines) implements AutoCloseable {
    /** What it says up to a line that begins so. */
    List<String> until(String beginning) throws IOException {
      List<String> said = new ArrayList<>();
      String line;
      do {
        line = lines.readLine();
        assertThat(line).as("after %s", said).isNotNull();
        said.add(String.valueOf(line));
      } while (!String.valueOf(line).startsWith(beginning));
      return said;
    }

    int endsWhenTold() throws InterruptedException {
      assertThat(process.isAlive()).isTrue();
      process.toHandle().destroy(); // and its output stays open
      return end();
    }

    int end() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
