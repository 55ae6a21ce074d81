package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's way: first the demo, then the same command with credentials, in one folder. */
class DemoAndRealTest {
  /** A name with what paths may have, where this virtual machine's locale knows it. */
  static final String HOUSE =
      Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('\u00e9')
          ? "minha casa \u00e9 aqui"
          : "minha casa";

  @TempDir Path directory;

  @Test
  void eachHasItsOwnOrdersAndASecondCompanyIsRefused() throws Exception {
    try (TinySimulator first = company(1, 20);
        TinySimulator second = company(2, 25)) {
      up(0, Map.of());
      up(0, credentials(first));
      assertStored("data", first);

      List<String> said = up(1, credentials(second));
      assertThat(said).last().asString().contains(first.apiUrl().toString(), "ORDEM_HOME=");
      assertThat(said).noneMatch(line -> line.startsWith("\tat "));
      up(0, Map.of());
      assertThat(orders("demo")).isEqualTo(30);

      Map<String, String> spelledOtherwise = new HashMap<>(credentials(first));
      spelledOtherwise.merge("TINY_API_URL", "/", String::concat);
      up(0, spelledOtherwise);
      assertStored("data", first);
    }
  }

  @Test
  void aShellThatSourcedTheEndpointsOfAnotherHomeStartsItsOwnStores() throws Exception {
    up(0, Map.of());
    Path endpoints = directory.resolve(".ordem/endpoints.env");
    Map<String, String> shell = sourced(endpoints);
    shell.put("ORDEM_HOME", directory.resolve(HOUSE + "/.ordem").toString());
    shell.put("SIMULATOR_ORDERS", "7");

    up(0, shell);

    shell.put("ORDEM_HOME", directory.resolve(".ordem").toString());
    shell.remove("SIMULATOR_ORDERS");
    up(0, shell);
    assertThat(orders("demo")).isEqualTo(30);
  }

  @Test
  void aPasswordFromAFileIsNotWrittenAsNull() throws Exception {
    Path home = directory.resolve(".ordem/data");
    Files.createDirectories(directory.resolve(".ordem"));
    try (TinySimulator tiny = company(1, 5);
        HomeDirectory own = HomeDirectory.open(directory.resolve("their postgres"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(own)) {
      postgres.start();
      Path password = Files.writeString(directory.resolve("password"), postgres.password() + "\n");
      Map<String, String> variables = new HashMap<>(credentials(tiny));
      variables.put("POSTGRES_URL", postgres.url());
      variables.put("POSTGRES_USER", EmbeddedPostgres.USER);
      variables.put("POSTGRES_PASSWORD_FILE", password.toString());

      up(0, variables);

      assertThat(home.resolve("postgres")).doesNotExist();
      assertThat(sourced(home.resolveSibling("endpoints.env")))
          .containsEntry("POSTGRES_PASSWORD", postgres.password())
          .doesNotContainValue("null");
      Map<String, String> demo = new HashMap<>(variables);
      demo.keySet().removeIf(name -> name.startsWith("TINY_"));
      assertThat(up(1, demo)).last().asString().contains("This Postgres", "simulated");
    }
  }

  /** What a shell has after sourcing it. */
  private static Map<String, String> sourced(Path endpoints) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "set -a; . \"$1\"; env", "sh", endpoints.toString()).start();
    try (var lines = shell.inputReader()) {
      return lines
          .lines()
          .filter(line -> line.matches("(KAFKA|POSTGRES|PG|ORDEM)[A-Z_]*=.*"))
          .map(line -> line.split("=", 2))
          .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
  }

  private static TinySimulator company(long seed, int orders) {
    return new TinySimulator(SimulatorSettings.inProcess().withSeed(seed).withOrders(orders))
        .start();
  }

  private static Map<String, String> credentials(TinySimulator tiny) {
    return PipelineTest.variables(tiny);
  }

  private List<String> up(int expected, Map<String, String> variables) throws Exception {
    Map<String, String> all = new HashMap<>(SignalsTest.demo(directory));
    all.putAll(variables);
    all.put("ORDEM_HTTP", "127.0.0.1:0");
    try (OwnProcess up = OwnProcess.start(Ordem.class, all, "up", "--once")) {
      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(expected);
      return up.lines();
    }
  }

  private void assertStored(String place, TinySimulator tiny) throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem").resolve(place));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      try (Connection connection = connect(postgres)) {
        Truth.assertStored(connection, tiny.account().truth());
      }
    }
  }

  private long orders(String place) throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem").resolve(place));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
      postgres.start();
      try (Connection connection = connect(postgres)) {
        return Truth.count(connection, "SELECT count(*) FROM os");
      }
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws Exception {
    return DriverManager.getConnection(postgres.url(), EmbeddedPostgres.USER, postgres.password());
  }
}
