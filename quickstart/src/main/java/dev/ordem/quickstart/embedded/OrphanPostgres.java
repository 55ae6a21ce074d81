package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL that outlived the process that started it. Its own pid file says which process it
 * is; a pid that now belongs to something else is left alone.
 */
final class OrphanPostgres {
  private static final long PATIENCE_SECONDS = 5;

  private final Path data;

  OrphanPostgres(Path data) {
    this.data = data;
  }

  /**
   * Stops it if there is one: asks for a fast shutdown first, an immediate one when that takes
   * long.
   */
  void stop() throws StartException {
    Optional<ProcessHandle> found = find();
    if (found.isPresent() && !ended(found.get(), "INT") && !ended(found.get(), "QUIT")) {
      throw new StartException(
          "A PostgreSQL of an earlier start still runs (process "
              + found.get().pid()
              + ") and does not stop. End it, then start again.");
    }
  }

  private Optional<ProcessHandle> find() {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.isEmpty() || !lines.get(0).strip().matches("[1-9][0-9]{0,18}")) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(this::isOurs);
    } catch (IOException e) {
      return Optional.empty(); // no pid file: nothing runs
    }
  }

  private boolean isOurs(ProcessHandle process) {
    String command =
        process.info().commandLine().or(() -> process.info().command()).orElse("unknown");
    return command.contains("postgres");
  }

  private static boolean ended(ProcessHandle process, String signal) throws StartException {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (IOException | ExecutionException e) {
      throw new StartException(
          "Process " + process.pid() + " cannot be stopped: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }
}
