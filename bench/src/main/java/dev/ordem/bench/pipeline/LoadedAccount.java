package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The account that a measurement of {@code ./ordem up} begins with: all of it in Postgres. */
final class LoadedAccount {
  private static final String FIRST =
      "SELECT status FROM sync_run WHERE mode = 'full' ORDER BY created_at LIMIT 1";

  @Option(names = "--orders", description = "of the account")
  int orders = 100_000;

  @Option(
      names = "--home",
      description =
          "a directory to keep; what it holds is not loaded again. Temporary unless given")
  Path home = Path.of("");

  @Option(names = "--most", description = "time for the first load")
  Duration most = Duration.ofHours(1);

  @Option(names = "--java", description = "options for the pipeline's JVM, as one text")
  String java = "";

  /** Starts the pipeline and returns when the first full run has ended. */
  Up load() throws Exception {
    Up up = Up.start(directory(), orders, java).awaitStarted();
    try (Connection connection = up.connect()) {
      Waiting.until(
          "the first full run",
          most,
          Duration.ofSeconds(1),
          () -> {
            String all = "SELECT count(*) FROM sync_run WHERE mode = 'full'";
            return DatabaseQueries.number(connection, all) > 0
                && DatabaseQueries.one(connection, String.class, FIRST).equals("COMPLETE");
          });
    } catch (Exception e) {
      up.close();
      throw e;
    }
    return up;
  }

  Path directory() throws IOException {
    if (home.toString().isEmpty()) {
      return Files.createTempDirectory("ordem-bench");
    }
    return Files.createDirectories(home).toAbsolutePath();
  }
}
