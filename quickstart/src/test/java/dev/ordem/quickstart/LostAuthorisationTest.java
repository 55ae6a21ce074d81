package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up --once} where Tiny does not let it in: it says what to mend and ends. */
class LostAuthorisationTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private static TinySimulator tiny;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(20)).start();
  }

  @AfterAll
  static void stop() {
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
