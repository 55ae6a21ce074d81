package dev.ordem.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.OwnProcess;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LogConfigurationTest {
  private static final List<String> LIBRARIES =
      List.of(
          "com.zaxxer.hikari.pool.ProxyConnection",
          "io.debezium.pipeline.ErrorHandler",
          "org.apache.kafka.connect.runtime.WorkerTask");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"logback.xml", "logback-up.xml"})
  void librariesTellOfAnOutageInALineAndOurOwnSurprisesKeepTheirStackTraces(String configuration)
      throws Exception {
    List<String> lines = new ArrayList<>(logged(configuration));
    for (String library : LIBRARIES) {
      assertThat(lines.remove(0))
          .contains(library.substring(library.lastIndexOf('.') + 1))
          .endsWith("it failed (IllegalStateException: pool <- ConnectException: refused)");
    }
    assertThat(lines.get(0)).endsWith("it failed");
    assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: pool");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("\tat "))
        .anyMatch(line -> line.startsWith("Caused by: java.net.ConnectException"));
  }

  private List<String> logged(String configuration) throws Exception {
    Path file = directory.resolve("a.log");
    String options = "-Dlogback.configurationFile=" + configuration + " -Dordem.log=" + file;
    try (OwnProcess talk = OwnProcess.start(Talk.class, Map.of("JAVA_TOOL_OPTIONS", options))) {
      assertThat(talk.awaitExit()).isZero();
      return Files.exists(file)
          ? Files.readAllLines(file)
          : talk.lines().stream().filter(line -> !line.startsWith("Picked up ")).toList();
    }
  }

  /** Says what the log is to show. */
  static final class Talk {
    private Talk() {}

    public static void main(String[] arguments) {
      Exception away =
          new IllegalStateException("pool", new ConnectException("refused\nby 127.0.0.1:5432"));
      for (String library : LIBRARIES) {
        LoggerFactory.getLogger(library).error("it failed", away);
      }
      LoggerFactory.getLogger("dev.ordem.sink.Store").error("it failed", away);
    }
  }
}
