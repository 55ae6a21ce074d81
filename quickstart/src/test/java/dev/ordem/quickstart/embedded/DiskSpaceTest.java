package dev.ordem.quickstart.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ordem.runtime.StartException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a failure, on a disk that has room, as the tests' has. */
class DiskSpaceTest {
  @TempDir Path home;

  @Test
  void whatTheSystemSaysOfAFullDiskIsHandedOnInAWholeSentence() {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "no device that is always full");
    Throwable failure =
        catchThrowable(
            () -> {
              try (OutputStream out = new FileOutputStream(full.toFile())) {
                out.write("x".getBytes(UTF_8));
              }
            });
    assertThat(DiskSpace.blame(home, new StartException("Kafka did not start", failure)))
        .get()
        .asString()
        .startsWith("The disk of " + home + " is full")
        .contains("Make room")
        .endsWith("then start again: nothing is lost.");
  }

  @Test
  void whatPostgresSaysOfItToo() {
    SQLException failure = new SQLException("could not extend file", "53100");
    assertThat(DiskSpace.blame(home, new IllegalStateException(failure))).isPresent();
    assertThat(
            DiskSpace.blame(
                home,
                new StartException(
                    "PostgreSQL did not start: initdb: error: could not write to file \"x\": No"
                        + " space left on device.",
                    new IllegalStateException())))
        .isPresent();
  }

  @Test
  void anotherFailureIsNotTheDisks() {
    assertThat(DiskSpace.blame(home, new StartException("Kafka does not answer"))).isEmpty();
    assertThat(DiskSpace.blame(home, new SQLException("no", "53300"))).isEmpty();
  }
}
