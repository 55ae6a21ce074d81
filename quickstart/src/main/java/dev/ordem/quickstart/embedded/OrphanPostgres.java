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
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that outlived the process that started it. Its own pid file says which process it
 * is. That process is only ever signalled if it is a PostgreSQL on this very directory: after a
 * restart of the machine any program may have the pid.
 */
final class OrphanPostgres {
  private static final long PATIENCE_SECONDS = 5;

  /** The line of the pid file, from 0, that says what the server does. */
  private static final int STATUS = 7;

  private final Path data;

  OrphanPostgres(Path data) {
    this.data = data;
  }

  /** Whose a pid is. */
  private enum Owner {
    OURS,
    FOREIGN,
    DOUBTFUL
  }

  /**
   * Stops it if there is one: asks for a fast shutdown first, an immediate one when that takes
   * long.
   *
   * @throws StartException if it does not stop, or nobody can tell what it is
   */
  void stop() throws StartException {
    Optional<ProcessHandle> found = find();
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle process = found.get();
    switch (owner(process)) {
      case OURS -> {
        wake();
        end(process);
      }
      case FOREIGN -> forgetPid(process);
      case DOUBTFUL ->
          throw new StartException(
              "Process %d is a PostgreSQL, perhaps the one of %s. End it if it is (kill -INT %d), else remove %s; then start again."
                  .formatted(process.pid(), data, process.pid(), pidFile()));
    }
  }

  /**
   * Lets one that somebody froze go on, so that it can stop in its order; to all others this does
   * nothing.
   */
  void wake() {
    find()
        .filter(process -> owner(process) == Owner.OURS)
        .ifPresent(
            process -> {
              try {
                for (ProcessHandle each : family(process)) {
                  signal(each, "CONT");
                }
              } catch (IOException e) {
                LoggerFactory.getLogger(OrphanPostgres.class).debug("{} cannot be woken", this, e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** The server before its sessions: woken in this order none of them takes it for dead. */
  private static List<ProcessHandle> family(ProcessHandle server) {
    return Stream.concat(Stream.of(server), server.descendants()).toList();
  }

  /** Whether a server works on the directory, be it that it is just starting. */
  boolean isThere() {
    return find().filter(process -> owner(process) != Owner.FOREIGN).isPresent();
  }

  /** Whether it takes sessions: it says so in its pid file. */
  boolean isReady() {
    List<String> lines = pidLines();
    return isThere() && lines.size() > STATUS && lines.get(STATUS).strip().equals("ready");
  }

  /** The process that the pid file names, whatever it is. */
  Optional<ProcessHandle> find() {
    List<String> lines = pidLines();
    if (lines.isEmpty() || !lines.get(0).strip().matches("[1-9][0-9]{0,18}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
  }

  /** Of PostgreSQL's own file; none: nothing runs. */
  private List<String> pidLines() {
    try {
      return Files.readAllLines(pidFile());
    } catch (IOException e) {
      return List.of();
    }
  }

  private Path pidFile() {
    return data.resolve("postmaster.pid");
  }

  /**
   * A server works in its data directory; where the system does not tell, its arguments name it.
   */
  private Owner owner(ProcessHandle process) {
    String command = process.info().command().orElse("").replaceFirst(" \\(deleted\\)$", "");
    if (!Path.of(command).endsWith("postgres")) {
      return Owner.FOREIGN;
    }
    try {
      Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
      if (Files.exists(cwd)) {
        return Files.isSameFile(cwd, data) ? Owner.OURS : Owner.FOREIGN;
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(OrphanPostgres.class).debug("of {}", process.pid(), e);
    }
    List<String> arguments = List.of(process.info().arguments().orElse(new String[0]));
    return arguments.contains(data.toString()) ? Owner.OURS : Owner.DOUBTFUL;
  }

  @Override
  public String toString() {
    return "PostgreSQL of " + data;
  }

  /** PostgreSQL itself believes any living process of this user, and would not start. */
  private void forgetPid(ProcessHandle process) throws StartException {
    LoggerFactory.getLogger(OrphanPostgres.class)
        .info("process {} is not the PostgreSQL that {} names", process.pid(), pidFile());
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new StartException(pidFile() + " cannot be removed: " + e.getMessage(), e);
    }
  }

  private static void end(ProcessHandle process) throws StartException {
    if (!ended(process, "INT") && !ended(process, "QUIT") && !killed(process)) {
      throw new StartException(
          "A PostgreSQL of an earlier start still runs (process "
              + process.pid()
              + ") and does not stop. End it, then start again.");
    }
  }

  /** It would not be stopped, whatever keeps it; a kill it recovers from, as from a power cut. */
  private static boolean killed(ProcessHandle process) throws StartException {
    LoggerFactory.getLogger(OrphanPostgres.class)
        .warn("PostgreSQL (process {}) does not stop; killing it", process.pid());
    List<ProcessHandle> family = family(process);
    boolean ended = ended(process, "KILL");
    family.forEach(ProcessHandle::destroyForcibly);
    return ended;
  }

  private static void signal(ProcessHandle process, String signal)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  private static boolean ended(ProcessHandle process, String signal) throws StartException {
    try {
      signal(process, signal);
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
