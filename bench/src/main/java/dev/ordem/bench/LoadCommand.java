package dev.ordem.bench;

import dev.ordem.tiny.simulator.SimulatorMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long the first full load takes when nothing but the pipeline limits it. */
@Command(
    name = "load",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Runs ./ordem up on an empty directory against an API of its own, a process without quota and"
          + " without latency, until every detail is in Postgres."
    })
final class LoadCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(names = "--orders", description = "of the account")
  int orders = 10_000;

  @Option(names = "--most", description = "time after which to give up")
  Duration most = Duration.ofMinutes(5);

  @Option(names = "--home", description = "an empty directory; a temporary one unless given")
  Path home = Path.of("");

  @Option(names = "--java", description = "options for the pipeline's JVM, as one text")
  String java = "";

  @Override
  public Integer call() throws Exception {
    if (home.toString().isEmpty()) {
      home = Files.createTempDirectory("ordem-load");
    }
    Path ordem = Path.of("ordem").toAbsolutePath();
    build(ordem);
    Process tiny = simulator();
    try {
      Map<String, String> addresses = addresses(tiny);
      Process pipeline = up(ordem, addresses);
      try {
        return watch(pipeline, addresses) ? 0 : 1;
      } finally {
        stop(pipeline);
      }
    } finally {
      stop(tiny);
    }
  }

  private static void build(Path ordem) throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder(ordem.toString(), "--version").redirectError(Redirect.INHERIT).start();
    build.getInputStream().readAllBytes();
    if (build.waitFor() != 0) {
      throw new IllegalStateException(ordem + " --version failed; it says why above");
    }
  }

  private Process simulator() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Callers.java(),
            "-XX:+UseSerialGC",
            Bench.LOGGING,
            "-cp",
            Callers.classPath(),
            SimulatorMain.class.getName());
    builder.environment().put("SIMULATOR_HTTP", "127.0.0.1:0");
    builder.environment().put("SIMULATOR_ORDERS", Integer.toString(orders));
    builder.environment().put("SIMULATOR_REQUESTS_PER_MINUTE", "0");
    builder.environment().put("SIMULATOR_REQUESTS_PER_SECOND", "0");
    return builder.redirectError(Redirect.INHERIT).start();
  }

  /** What the simulator says when it listens. */
  private static Map<String, String> addresses(Process tiny) throws IOException {
    BufferedReader lines = tiny.inputReader(StandardCharsets.UTF_8);
    Map<String, String> addresses = new HashMap<>();
    while (addresses.size() < 2) {
      String line = lines.readLine();
      if (line == null) {
        throw new IllegalStateException("the simulator did not start; it says why above");
      }
      int equals = line.indexOf('=');
      addresses.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return addresses;
  }

  private Process up(Path ordem, Map<String, String> addresses) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(ordem.toString(), "up");
    builder.environment().putAll(addresses);
    builder
        .environment()
        .putAll(
            Map.of(
                "TINY_CLIENT_ID", "demo",
                "TINY_CLIENT_SECRET", "demo",
                "TINY_REFRESH_TOKEN", "demo",
                "TINY_REQUESTS_PER_SECOND", "0",
                "TINY_REQUESTS_PER_MINUTE", "0",
                "SYNC_SCHEDULE", "off",
                "ORDEM_HOME", home.toString(),
                "ORDEM_JAVA_OPTS", java));
    Path said = home.resolveSibling(home.getFileName() + ".out");
    return builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
  }

  private boolean watch(Process pipeline, Map<String, String> addresses) throws Exception {
    Instant start = Instant.now();
    URI api = URI.create(addresses.getOrDefault("TINY_API_URL", ""));
    Gauges gauges = new Gauges(home, api.resolve("/_simulator/stats"));
    System.out.println("| s | CPU s | " + String.join(" | ", Gauges.NAMES) + " |");
    System.out.println("|---".repeat(Gauges.NAMES.size() + 2) + "|");
    while (Duration.between(start, Instant.now()).compareTo(most) < 0) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      List<Long> now = gauges.read();
      double seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
      StringBuilder row = new StringBuilder(String.format("| %.1f | %.1f", seconds, cpu(pipeline)));
      now.forEach(value -> row.append(" | ").append(value));
      System.out.println(row.append(" |"));
      if (now.get(now.size() - 1) >= orders) {
        System.out.printf(
            "%d details in Postgres after %.1f s, %.1f s of CPU in the pipeline's JVM%n",
            orders, seconds, cpu(pipeline));
        return true;
      }
      if (!pipeline.isAlive()) {
        break;
      }
    }
    System.out.println("Not all details came; see " + home + " and " + home + ".out");
    return false;
  }

  /** What the pipeline's JVM, broker included, has had of the processors. */
  private static double cpu(Process pipeline) {
    return pipeline.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1000.0;
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
