package dev.ordem.quickstart.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether stores can live below a path. PostgreSQL's programs call each other through a shell, with
 * the path between double quotes; Kafka takes a list of directories, separated by commas; the log's
 * pattern has a meaning of its own for the percent sign.
 *
 * @param path absolute
 * @param kafka whether a Kafka is to live there
 * @param postgres whether a PostgreSQL is to
 */
record HomePath(Path path, boolean kafka, boolean postgres) {
  private static final String OF_SHELLS = "\"$`\\";
  private static final String OF_KAFKA = ",";
  private static final String OF_LOGS = "%";

  /** What is wrong with it, and what would be right; empty: nothing. */
  Optional<String> problem() {
    Optional<Path> file = fileInTheWay();
    if (file.isPresent()) {
      return Optional.of("ORDEM_HOME: " + file.get() + " is a file; give a directory, new or not");
    }
    return path.toString()
        .codePoints()
        .filter(this::isRefused)
        .mapToObj(
            each ->
                "ORDEM_HOME: "
                    + path
                    + " holds "
                    + name(each)
                    + ", which the stores that up brings cannot have in a path; give another"
                    + " directory")
        .findFirst();
  }

  private boolean isRefused(int each) {
    return Character.isISOControl(each)
        || OF_LOGS.indexOf(each) >= 0
        || (postgres && OF_SHELLS.indexOf(each) >= 0 && !separates(each))
        || (kafka && OF_KAFKA.indexOf(each) >= 0);
  }

  /** On Windows. */
  private boolean separates(int each) {
    return path.getFileSystem().getSeparator().indexOf(each) >= 0;
  }

  private static String name(int each) {
    return Character.isISOControl(each)
        ? "a control character (%d)".formatted(each)
        : "the character " + Character.toString(each);
  }

  private Optional<Path> fileInTheWay() {
    for (@Nullable Path each = path; each != null; each = each.getParent()) {
      if (Files.exists(each)) {
        return Files.isDirectory(each) ? Optional.empty() : Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
