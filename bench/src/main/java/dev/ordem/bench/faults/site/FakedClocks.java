package dev.ordem.bench.faults.site;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * A wall clock for each process, which can be set while it runs, by Debian's libfaketime. The
 * monotonic clocks and the times of files stay the machine's, as where somebody sets a clock.
 */
final class FakedClocks {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final Path SHARED = Path.of("/dev/shm");
  private static final String ONE_THREAD = "libfaketime.so.1";
  private static final String THREADS = "libfaketimeMT.so.1";

  private final Path directory;
  private final Optional<Path> libraries;

  FakedClocks(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.libraries = find();
  }

  private static Optional<Path> find() throws IOException {
    if (!Files.isDirectory(LIBRARIES)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(
            LIBRARIES, each -> Files.exists(each.resolve("faketime").resolve(THREADS)))) {
      for (Path architecture : found) {
        return Optional.of(architecture.resolve("faketime"));
      }
      return Optional.empty();
    }
  }

  /** Whether clocks can be set here. */
  boolean areThere() {
    return libraries.isPresent();
  }

  /**
   * For a process of one thread, of which there may be many that all need the same time at once.
   */
  Map<String, String> ofPostgres() throws IOException {
    return environment("postgres", ONE_THREAD, Map.of("FAKETIME_NO_CACHE", "1"));
  }

  /** For a JVM: it looks every other second. Without the last one Object.wait returns at once. */
  Map<String, String> ofJava(String name) throws IOException {
    return environment(
        name, THREADS, Map.of("FAKETIME_CACHE_DURATION", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
  }

  private Map<String, String> environment(String name, String library, Map<String, String> more)
      throws IOException {
    if (libraries.isEmpty()) {
      return Map.of();
    }
    set(name, 0);
    Map<String, String> environment = new java.util.HashMap<>(more);
    environment.put("LD_PRELOAD", libraries.get().resolve(library).toString());
    environment.put("FAKETIME_TIMESTAMP_FILE", file(name).toString());
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    environment.put("NO_FAKE_STAT", "1");
    return environment;
  }

  /** Sets a clock, in seconds from the machine's; at once, as whoever reads it reads it whole. */
  void set(String name, int seconds) throws IOException {
    Path next = directory.resolve(name + ".next");
    Files.writeString(next, "%+d%n".formatted(seconds));
    Files.move(
        next, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  /** Removes what the library leaves of a process that was killed. */
  static void forget(long pid) {
    try {
      Files.deleteIfExists(SHARED.resolve("sem.faketime_sem_" + pid));
      Files.deleteIfExists(SHARED.resolve("faketime_shm_" + pid));
    } catch (IOException e) {
      System.err.println("left in " + SHARED + ": " + e);
    }
  }
}
