package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process of its own: what a person sees, and the exit code. */
class OrdemTest {
  private static final String NO_SERVER = "http://127.0.0.1:1";

  @TempDir Path directory;

  @Test
  void threeWrongVariablesAreNamedAtOnce() throws Exception {
    Map<String, String> variables =
        Map.of(
            "TINY_REQUESTS_PER_MINUTE", "many",
            "TINY_CALL_TIMEOUT", "20",
            "ORDEM_HTTP", "here");
    try (OwnProcess up = up(variables)) {
      assertThat(up.awaitExit()).isEqualTo(2);
      assertThat(up.lines()).anyMatch(line -> line.contains("TINY_REQUESTS_PER_MINUTE"));
      assertThat(up.lines()).anyMatch(line -> line.contains("TINY_CALL_TIMEOUT"));
      assertThat(up.lines()).anyMatch(line -> line.contains("ORDEM_HTTP"));
      assertThat(up.lines()).noneMatch(line -> line.contains("\tat "));
    }
  }

  @Test
  void aBusyPortIsNamedWithItsRemedy() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        OwnProcess up = up(Map.of("ORDEM_HTTP", "127.0.0.1:" + busy.getLocalPort()))) {
      assertThat(up.awaitExit()).isEqualTo(1);
      assertThat(up.lines())
          .anyMatch(line -> line.contains("ORDEM_HTTP") && line.contains("" + busy.getLocalPort()));
      assertThat(up.lines()).noneMatch(line -> line.contains("\tat "));
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNotSaidToBeInUse() throws Exception {
    Map<String, String> variables =
        Map.of("ORDEM_HTTP", "203.0.113.9:28080", "ORDEM_API_TOKEN", "only-for-this-test");
    try (OwnProcess up = up(variables)) {
      assertThat(up.awaitExit()).isEqualTo(1);
      assertThat(up.lines())
          .anyMatch(line -> line.contains("ORDEM_HTTP: 203.0.113.9 is no address of this machine"))
          .noneMatch(line -> line.contains("in use"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KAFKA_BOOTSTRAP_SERVERS,nohost",
    "KAFKA_CLIENT_REQUEST_TIMEOUT_MS,soon",
    "POSTGRES_USER,me",
    "SIMULATOR_ORDERS,many",
  })
  void aWrongVariableIsNamedAndLeavesNothing(String name, String value) throws Exception {
    try (OwnProcess up = up(Map.of(name, value))) {
      assertThat(up.awaitExit()).isEqualTo(2);
      assertThat(up.lines()).singleElement().asString().contains(name);
      assertThat(directory.resolve(".ordem")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "sink"})
  void aDatabaseThatTheDriverDoesNotFindIsAWrongVariable(String command) throws Exception {
    Map<String, String> all = new HashMap<>();
    all.put("ORDEM_HOME", directory.resolve(".ordem").toString());
    all.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    all.put("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:543200/ordem?password=geheim");
    all.put("POSTGRES_USER", "ordem");
    all.put("POSTGRES_PASSWORD", "ordem");
    try (OwnProcess process = OwnProcess.start(Ordem.class, all, command)) {
      assertThat(process.awaitExit()).isEqualTo(2);
      assertThat(process.lines())
          .singleElement()
          .asString()
          .contains("POSTGRES_URL: ")
          .doesNotContain("geheim");
      assertThat(directory.resolve(".ordem")).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ORDEM_URL|127.0.0.1:80800|ORDEM_URL: '127.0.0.1:80800'",
        "ORDEM_URL|127.0.0.1:0|ORDEM_URL: '127.0.0.1:0'",
        "ORDEM_API_TOKEN|geheim-geheim-geh€im|ORDEM_API_TOKEN: its value, which is not shown",
        "ORDEM_API_TOKEN|geheim-geheim-%0Ageheim|ORDEM_API_TOKEN: its value, which is not shown",
      })
  void aSlipOnTheCommandLineIsNamedAndNoSecretIsShown(String name, String value, String said)
      throws Exception {
    Map<String, String> variables = new HashMap<>();
    variables.put("ORDEM_URL", NO_SERVER);
    variables.put(name, value.replace("%0A", "\n"));
    try (OwnProcess status = OwnProcess.start(Ordem.class, variables, "status")) {
      assertThat(status.awaitExit()).isEqualTo(2);
      assertThat(status.lines())
          .singleElement()
          .asString()
          .contains(said)
          .doesNotContain("geheim", "defect");
    }
  }

  @Test
  void theAccountThatIsMeantMayStandInAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("account"), "loja\n");
    for (List<String> words : List.of(List.of("refresh", "7"), List.of("order", "7"))) {
      try (FakeProducer producer = new FakeProducer(any -> "{}")) {
        Map<String, String> variables =
            Map.of("ORDEM_URL", producer.url(), "TINY_ACCOUNT_FILE", file.toString());
        try (OwnProcess process =
            OwnProcess.start(Ordem.class, variables, words.toArray(String[]::new))) {
          process.awaitExit();
        }
        assertThat(producer.asked()).first().asString().startsWith("GET /api/os/loja?");
      }
    }
  }

  @Test
  void aHomeThatIsAFileIsWrongUsage() throws Exception {
    Path file = Files.createFile(directory.resolve(".ordem"));
    try (OwnProcess up = up(Map.of())) {
      assertThat(up.awaitExit()).isEqualTo(2);
      assertThat(up.lines()).singleElement().asString().contains("ORDEM_HOME: " + file);
    }
  }

  @Test
  void upSaysThatItWaitsForBrokersBeforeItBringsAnything() throws Exception {
    Map<String, String> variables =
        Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", "ORDEM_HTTP", "127.0.0.1:0");
    try (OwnProcess up = up(variables)) {
      up.awaitLine("Waiting for Kafka at 127.0.0.1:1");
      assertThat(up.awaitExit()).isEqualTo(1);
      assertThat(up.lines()).last().asString().contains("127.0.0.1:1 does not answer");
      assertThat(directory.resolve(".ordem/demo/postgres")).doesNotExist();
    }
  }

  @Test
  void aBrokerThatIsAwayIsNamed() throws Exception {
    try (OwnProcess topics =
        OwnProcess.start(Ordem.class, Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"), "topics")) {
      assertThat(topics.awaitExit()).isEqualTo(1);
      assertThat(topics.lines())
          .singleElement()
          .asString()
          .contains("127.0.0.1:1", "KAFKA_BOOTSTRAP_SERVERS");
    }
  }

  @Test
  void aProducerThatIsAwayIsExitCodeFour() throws Exception {
    try (OwnProcess status =
        OwnProcess.start(Ordem.class, Map.of("ORDEM_URL", NO_SERVER), "status")) {
      assertThat(status.awaitExit()).isEqualTo(4);
      assertThat(status.lines()).singleElement().asString().contains(NO_SERVER, "ORDEM_URL");
    }
  }

  @Test
  void wrongUsageIsExitCodeTwo() {
    assertThat(Ordem.commandLine().execute("run", "--mode")).isEqualTo(2);
  }

  private OwnProcess up(Map<String, String> variables) throws Exception {
    Map<String, String> all = new HashMap<>(variables);
    all.put("ORDEM_HOME", directory.resolve(".ordem").toString());
    return OwnProcess.start(Ordem.class, all, "up");
  }
}
