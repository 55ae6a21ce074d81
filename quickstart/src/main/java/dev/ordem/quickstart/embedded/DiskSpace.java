package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
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

  /** An SQLSTATE. */
  private static final String DISK_FULL = "53100";

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

  /**
   * What to tell people of a start that failed, if the disk is why: the store itself says so, or
   * there is so little room that it need not.
   *
   * @return a whole sentence, and what to do; empty: it was something else
   */
  public static Optional<String> blame(Path home, Throwable failure) {
    long free = free(home);
    if (free >= TO_START && !saysFull(failure)) {
      return Optional.empty();
    }
    return Optional.of(
        message(home, free)
            + " Make room (%d MB at least), then start again: nothing is lost."
                .formatted(TO_START / MIB));
  }

  /** In the words of the system or of PostgreSQL, which others hand on. */
  private static boolean saysFull(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String said = String.valueOf(t.getMessage());
      if (said.contains("No space left on device")
          || said.contains("Disk quota exceeded")
          || (t instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState()))) {
        return true;
      }
    }
    return false;
  }

  /** What another fault comes from, where there is so little room; else empty. */
  public static Optional<String> suspicion(Path home) {
    long free = free(home);
    return free < TO_START
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "The disk of %s is full, or nearly (%d MB free): make room, then start again.",
                home,
                free / MIB))
        : Optional.empty();
  }

  static boolean isFull(Path home) {
    return free(home) < TO_GO_ON;
  }

  private static String message(Path home, long free) {
    String how = free < TO_START ? "full" : "full, or its quota is used up";
    return String.format(Locale.ROOT, "The disk of %s is %s (%d MB free).", home, how, free / MIB);
  }

  private static long free(Path home) {
    try {
      return Files.getFileStore(home).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // whoever writes there finds out
    }
  }
}
