package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up --once} with variables that are not the account's: it says what to mend and ends. */
class LostAuthorisationTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private TinySimulator tiny;

  @TempDir Path directory;

  @BeforeEach
  void start() {
    SimulatorSettings settings =
        SimulatorSettings.inProcess().withClients(Client.named("default"), Client.named("loja"));
    tiny = new TinySimulator(settings.withOrders(20)).start();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aWrongSecretInAFolderThatWasConnectedAndARevokedAuthorisationEndIt() throws Exception {
    assertThat(once(Map.of(), 0)).contains("COMPLETE");
    assertThat(once(Map.of("TINY_CLIENT_SECRET", "wrong"), 1))
        .contains("TINY_CLIENT_ID or TINY_CLIENT_SECRET is wrong", "unauthorized_client")
        .doesNotContain("WrongClient[");
    tiny.account().revokeTokens();
    assertThat(once(Map.of(), 1)).contains("invalid_grant", "./ordem connect --account default");
  }

  @Test
  void aSecondCompanyAtTheSameAddressIsNotReadIntoTheFirstOnesOrders() throws Exception {
    assertThat(once(Map.of(), 0)).contains("COMPLETE");
    Map<String, String> loja =
        Map.of(
            "TINY_CLIENT_ID", "loja", "TINY_CLIENT_SECRET", "loja", "TINY_REFRESH_TOKEN", "loja");

    assertThat(once(loja, 1)).contains("Another company", "./ordem connect --account NAME");
    // Producer and worker each look whose it is.
    assertThat(tiny.account("loja").requests()).isBetween(1L, 2L);

    assertThat(once(Map.of(), 0)).contains("COMPLETE");
  }

  private String once(Map<String, String> changed, int exitCode) throws Exception {
    Map<String, String> all = new HashMap<>(PipelineTest.variables(tiny));
    all.putAll(changed);
    all.put("ORDEM_HOME", directory.resolve(".ordem").toString());
    try (OwnProcess up = OwnProcess.start(Ordem.class, all, "up", "--once")) {
      int ended = up.awaitExit(PATIENCE);
      String said = String.join("\n", up.lines());
      assertThat(ended).as(said).isEqualTo(exitCode);
      return said;
    }
  }
}
