package dev.ordem.detail.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.group.ClockWatch;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCheckTest {
  @TempDir Path directory;

  /** The start would fail at it, again and again. */
  @Test
  void aDirectoryThatCannotBeWrittenIsNamedBeforeTheStart() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Map<String, String> variables =
        Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", "LEDGER_STATE_DIR", file + "/state");
    try (Ledger ledger =
        new Ledger(
            Environment.of(variables),
            new SimpleMeterRegistry(),
            new ClockWatch(Runnable::run),
            account -> true)) {
      assertThatThrownBy(ledger::check)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("LEDGER_STATE_DIR");
    }
  }
}
