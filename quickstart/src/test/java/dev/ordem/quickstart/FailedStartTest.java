package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedStartTest {
  @Test
  void anErrorInAThreadThatStartsAStoreEndsTheStart(@TempDir Path directory) throws Exception {
    Map<String, String> variables = Map.of("ORDEM_HTTP", "127.0.0.1:0");
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline =
            new Pipeline(home, variables, List.of(), FailedStartTest::failOnceItIsReady);
        ShutdownSignal stop = new ShutdownSignal()) {
      assertTimeoutPreemptively(
          Duration.ofMinutes(2),
          () ->
              assertThatThrownBy(() -> pipeline.start(stop))
                  .hasRootCauseInstanceOf(NoClassDefFoundError.class));
    }
  }

  private static void failOnceItIsReady(String line) {
    if (line.startsWith("PostgreSQL ready")) {
      throw new NoClassDefFoundError("of the test");
    }
  }
}
