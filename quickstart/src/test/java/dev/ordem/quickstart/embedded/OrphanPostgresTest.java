package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is called as the server is, and works in its directory. */
class OrphanPostgresTest {
  private static final Path SHELL = Path.of("/bin/bash");

  /** A shell traps no signal that whoever began it ignores, as a shell's background jobs do. */
  private static final String SIGNALS = "--default-signal=INT,QUIT";

  @TempDir Path directory;

  @Test
  void whatWillNotStopIsKilledWithItsChildren() throws Exception {
    Process server = start("trap '' INT QUIT; sleep 600 & wait; sleep 600");
    await(server);
    ProcessHandle child = server.children().findFirst().orElseThrow();
    new OrphanPostgres(directory).stop();
    assertThat(server.onExit().get(10, TimeUnit.SECONDS).exitValue()).isEqualTo(128 + 9);
    child.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatSomebodyFrozeGoesOnAndStopsInItsOrder() throws Exception {
    Process server = start("trap 'kill $!; exit 7' INT; sleep 600 & wait");
    await(server);
    new ProcessBuilder("kill", "-STOP", Long.toString(server.pid())).start().waitFor();
    new OrphanPostgres(directory).stop();
    assertThat(server.onExit().get(10, TimeUnit.SECONDS).exitValue()).isEqualTo(7);
  }

  private Process start(String script) throws Exception {
    Path program = Files.copy(SHELL, directory.resolve("postgres"));
    Process server =
        new ProcessBuilder("env", SIGNALS, program.toString(), "-c", script)
            .directory(directory.toFile())
            .start();
    Files.writeString(directory.resolve("postmaster.pid"), server.pid() + "\n");
    return server;
  }

  /** Its traps are set when it has begun to sleep. */
  private static void await(Process server) {
    org.awaitility.Awaitility.await().until(() -> server.children().findAny().isPresent());
  }
}
