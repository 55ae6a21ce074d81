package dev.ordem.bench.faults.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a process, and an older copy of it. The process must not run. */
public final class OlderCopy {
  private final Path present;
  private final Path old;

  OlderCopy(Path present, Path old) {
    this.present = present;
    this.old = old;
  }

  /** As a disk that was lost; the copy is of no more use to anybody. */
  public void lose() throws IOException {
    delete(present);
    delete(old);
  }

  /** Puts the older copy back and keeps one of what was there. The first time there is none. */
  public void exchange() throws IOException {
    Path before = old.resolveSibling(old.getFileName() + ".next");
    copy(present, before);
    if (Files.exists(old)) {
      putBack();
      delete(old);
    }
    if (Files.exists(before)) {
      Files.move(before, old);
    }
  }

  /** Copies what is there now, in the place of an older copy. */
  void make() throws IOException {
    delete(old);
    copy(present, old);
  }

  /** Puts the copy back, which stays. */
  void putBack() throws IOException {
    delete(present);
    copy(old, present);
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copied = to.resolve(from.relativize(file).toString());
        Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
