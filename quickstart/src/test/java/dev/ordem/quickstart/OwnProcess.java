package dev.ordem.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A real {@code java} process on the tests' class path: it can be killed as one is killed in life.
 */
public final class OwnProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final long HUP_AND_INT = 0b11;

  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  private OwnProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  public static OwnProcess start(Class<?> main, String... arguments) throws IOException {
    return start(main, Map.of(), arguments);
  }

  public static OwnProcess start(
      Class<?> main, Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(hearing());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx384m",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new OwnProcess(builder.start());
  }

  /**
   * What a parent ignores is ignored by all below it, as nohup wants it, and a shell for what runs
   * in its background: then nobody could tell what a signal does.
   */
  private static List<String> hearing() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return List.of();
    }
    boolean deaf =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
            .anyMatch(ignored -> (ignored & HUP_AND_INT) != 0);
    return deaf ? List.of("env", "--default-signal=HUP,INT") : List.of();
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  public void awaitLine(String part) {
    Awaitility.await("a line with \"" + part + "\"")
        .atMost(PATIENCE)
        .until(
            () -> {
              if (lines().stream().anyMatch(line -> line.contains(part))) {
                return true;
              }
              if (!process.isAlive() && !reader.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + ": " + lines());
              }
              return false;
            });
  }

  /** SIGKILL: nothing in the process gets a chance to tidy up. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** As a shell or a container engine sends it: TERM, INT or HUP. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  public int awaitExit() throws InterruptedException {
    return awaitExit(PATIENCE);
  }

  /** As {@link #awaitExit()}, for what takes longer than most. */
  int awaitExit(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + lines());
    }
    reader.join(PATIENCE.toMillis());
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    kill();
  }
}
