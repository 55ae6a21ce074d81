package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What is free where {@code .ordem} is. Broker and server end without a word where it is nothing.
 */
public final class DiskSpace {
  private static final long MIB = 1 << 20;

  /** A fresh home with a small account takes some 200 MiB. */
  private static final long TO_START = 100 * MIB;

  /** What is left when everything stops in order, while that can still be written down. */
  private static final long TO_GO_ON = 16 * MIB;

  private DiskSpace() {}

  /**
   * Lets nothing start that would only find out later.
   *
   * @throws StartException if there is not enough room
   */
  public static void require(Path home) throws StartException {
    long free = free(home);
    if (free < TO_START) {
      throw new StartException(
          message(home, free)
              + " Make room (%d MB at least), then start again.".formatted(TO_START / MIB));
    }
  }

  /** What to tell people where there is no room to go on. */
  public static Optional<String> shortage(Path home) {
    long free = free(home);
    return free < TO_GO_ON
        ? Optional.of(message(home, free) + " Make room, then start again: nothing is lost.")
        : Optional.empty();
  }

  /** Beside another fault, which a disk with so little room may have caused; else empty. */
  public static String suspicion(Path home) {
    long free = free(home);
    return free < TO_START
        ? String.format(
            Locale.ROOT,
            " The disk of %s is full, or nearly (%d MB free): make room, then start again.",
            home,
            free / MIB)
        : "";
  }

  static boolean isFull(Path home) {
    return free(home) < TO_GO_ON;
  }

  private static String message(Path home, long free) {
    return String.format(Locale.ROOT, "The disk of %s is full (%d MB free).", home, free / MIB);
  }

  private static long free(Path home) {
    try {
      return Files.getFileStore(home).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // whoever writes there finds out
    }
  }
}
