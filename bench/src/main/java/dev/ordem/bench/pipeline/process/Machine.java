package dev.ordem.bench.pipeline.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where and when something was measured: the first line of each report. */
public final class Machine {
  private Machine() {}

  public static String line() throws IOException {
    String model =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    return "%s; %d x %s; Linux %s; Java %s; load %s"
        .formatted(
            Instant.now().truncatedTo(ChronoUnit.MINUTES),
            Runtime.getRuntime().availableProcessors(),
            model,
            System.getProperty("os.version"),
            Runtime.version().feature(),
            load());
  }

  /** Load averages of 1, 5 and 15 minutes. */
  public static String load() throws IOException {
    String[] averages = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
    return averages[0] + " " + averages[1] + " " + averages[2];
  }
}
