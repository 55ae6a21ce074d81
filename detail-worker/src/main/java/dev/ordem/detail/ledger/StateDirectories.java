package dev.ordem.detail.ledger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rocksdb.NativeLibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What processes keep in the system's directory for temporary files: RocksDB's library, and their
 * stores where no directory was set for them. One that is killed cannot remove it, so it carries
 * its process id, and the next one that starts removes what belongs to none that lives. So it must
 * be no directory that several containers share: process ids of one mean nothing in another.
 */
final class StateDirectories {
  private static final Logger LOG = LoggerFactory.getLogger(StateDirectories.class);
  private static final String PREFIX = "ordem-ledger-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]+)-[0-9a-f-]{36}");

  private StateDirectories() {}

  /** A new name; nothing is created. */
  static Path own() {
    String name = PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    return temporary().resolve(name);
  }

  static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Removes what killed processes left; what cannot be removed stays, and is said. */
  static void sweep(Path temporary) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path each : found) {
        Matcher name = NAME.matcher(each.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          remove(each);
          LOG.info("removed {}, which a process that was killed left", each);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot look for what killed processes left in {}", temporary, e);
    }
  }

  /** With all that is in it. */
  static void remove(Path directory) {
    List<Path> all;
    try (Stream<Path> found = Files.walk(directory)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      LOG.warn("cannot remove {}", directory, e);
      return;
    }
    for (Path each : all) {
      try {
        Files.deleteIfExists(each);
      } catch (IOException e) {
        LOG.warn("cannot remove {}", each, e);
      }
    }
  }

  /** Unpacks RocksDB's library there, where RocksDB alone would leave it for ever when killed. */
  static void loadRocks(Path directory) {
    try {
      Files.createDirectories(directory);
      NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
    } catch (IOException e) {
      LOG.warn("cannot unpack RocksDB in {}; it will find a place by itself", directory, e);
    }
  }
}
