package dev.ordem.detail.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoriesTest {
  @Test
  void whatAKilledProcessLeftIsRemovedAndNothingElse(@TempDir Path temporary)
      throws IOException, InterruptedException {
    Process killed = new ProcessBuilder("true").start();
    killed.waitFor();
    Path left = directory(temporary, "ordem-ledger-" + killed.pid() + "-" + UUID.randomUUID());
    Path own = directory(temporary, StateDirectories.own().getFileName().toString());
    Path foreign = directory(temporary, "ordem-ledger-of-somebody");
    Path other = directory(temporary, "other-" + killed.pid() + "-" + UUID.randomUUID());

    StateDirectories.sweep(temporary);

    assertThat(left).doesNotExist();
    assertThat(own).exists();
    assertThat(foreign).exists();
    assertThat(other).exists();
  }

  private static Path directory(Path in, String name) throws IOException {
    Path made = Files.createDirectories(in.resolve(name).resolve("0_1").resolve("rocksdb"));
    Files.writeString(made.resolve("CURRENT"), "MANIFEST");
    return in.resolve(name);
  }
}
