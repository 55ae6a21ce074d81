package dev.ordem.bench.faults.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The directory of a detail-worker's stores, and an older copy of it. The worker must not run. */
public final class LedgerStores {
  private final Path present;
  private final Path old;

  LedgerStores(Path present, Path old) {
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
      delete(present);
      copy(old, present);
      delete(old);
    }
    if (Files.exists(before)) {
      Files.move(before, old);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
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
