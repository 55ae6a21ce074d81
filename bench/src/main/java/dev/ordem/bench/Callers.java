package dev.ordem.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The processes that call. They die with this one. Not thread safe. */
final class Callers implements AutoCloseable {
  private final Map<String, String> environment;
  private final List<Process> processes = new ArrayList<>();
  private int oldest;

  Callers(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  void start(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      processes.add(launch());
    }
  }

  /** Kills one process, the one that has lived longest, and starts another in its place. */
  void replaceOne() throws IOException {
    processes.get(oldest).destroyForcibly();
    processes.set(oldest, launch());
    oldest = (oldest + 1) % processes.size();
  }

  /**
   * Refuses to go on without one of its processes.
   *
   * @throws IllegalStateException if a process ended by itself
   */
  void check() {
    if (!processes.stream().allMatch(Process::isAlive)) {
      throw new IllegalStateException("a calling process ended by itself; it says why above");
    }
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m", Bench.LOGGING));
    command.addAll(List.of("-cp", classPath()));
    command.add(Caller.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start();
  }

  /** The program that runs this process. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Where this process has its classes from. */
  static String classPath() {
    return System.getProperty("java.class.path", ".");
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    boolean interrupted = false;
    for (Process process : processes) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
