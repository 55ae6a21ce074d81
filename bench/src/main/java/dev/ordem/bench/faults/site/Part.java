package dev.ordem.bench.faults.site;

import dev.ordem.bench.pipeline.process.Child;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process, with all that it has started, which may be away for a while and come back. Not thread
 * safe.
 */
final class Part implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final String stop;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Child process;
  private boolean wanted;
  private int ended;

  /**
   * @param stop the signal by which it is asked to end
   */
  Part(String stop, List<String> command, Map<String, String> environment, Path log) {
    this.stop = stop;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  /** Starts it; it is not ready yet. */
  void begin() throws IOException {
    wanted = true;
    process = Child.start(command, environment, log);
  }

  /** SIGKILL for it and all that it has started. Returns when all are gone. */
  void kill() {
    wanted = false;
    List<ProcessHandle> all = tree();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(Part::awaitEnd);
  }

  /** Asks it to end, and kills what has not. Returns when it is gone. */
  void stop() throws Exception {
    wanted = false;
    List<ProcessHandle> all = tree();
    if (all.isEmpty()) {
      return;
    }
    signal(stop, all.subList(0, 1));
    for (long waited = 0; all.get(0).isAlive() && waited < PATIENCE_SECONDS * 20; waited++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    kill();
  }

  /** SIGSTOP for all of it. */
  void freeze() throws Exception {
    signal("STOP", tree());
  }

  /** SIGCONT for all of it. */
  void thaw() throws Exception {
    signal("CONT", tree());
  }

  /** Starts it again if it ended by itself, as whatever supervises services does. */
  boolean revive() throws IOException {
    if (!wanted || process == null || process.isAlive()) {
      return false;
    }
    kill();
    ended++;
    begin();
    return true;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** How often it ended by itself. */
  int ended() {
    return ended;
  }

  private List<ProcessHandle> tree() {
    List<ProcessHandle> all = new ArrayList<>();
    if (process != null) {
      ProcessHandle.of(process.pid())
          .ifPresent(
              root -> {
                all.add(root);
                root.descendants().forEach(all::add);
              });
    }
    return all;
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    List<String> kill = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(each -> kill.add(Long.toString(each.pid())));
    if (kill.size() > 2) {
      new ProcessBuilder(kill)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }

  private static void awaitEnd(ProcessHandle each) {
    try {
      each.onExit().join();
      FakedClocks.forget(each.pid());
    } catch (CompletionException e) {
      throw new IllegalStateException("waiting for the end of process " + each.pid(), e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
