package dev.ordem.bench.faults.site;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system in memory of its own size, so that it alone can be full. Needs root. */
final class Disk implements AutoCloseable {
  private static final int BLOCK = 256 << 10;

  private final Path directory;
  private final boolean mounted;

  private Disk(Path directory, boolean mounted) {
    this.directory = directory;
    this.mounted = mounted;
  }

  /** An ordinary directory where nothing can be mounted. */
  static Disk mount(Path directory, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String size = "size=" + megabytes + "m";
    boolean mounted =
        run(List.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", directory.toString()));
    Disk disk = new Disk(directory, mounted);
    Runtime.getRuntime().addShutdownHook(new Thread(disk::unmount));
    return disk;
  }

  Path directory() {
    return directory;
  }

  /** Whether it can be full. */
  boolean isMounted() {
    return mounted;
  }

  /** Takes all that is left; whoever writes from now on fails. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream file = Files.newOutputStream(ballast())) {
      for (int size = BLOCK; size > 0; size = size > 1 ? size / 2 : 0) {
        fill(file, block, size);
      }
    }
  }

  private static void fill(OutputStream file, byte[] block, int size) {
    try {
      while (true) {
        file.write(block, 0, size);
      }
    } catch (IOException e) {
      // No space left for as much, which is what was wanted.
    }
  }

  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }

  private void unmount() {
    try {
      if (mounted) {
        run(List.of("umount", "-l", directory.toString()));
      }
    } catch (IOException | InterruptedException e) {
      System.err.println(directory + " stays mounted: " + e);
    }
  }

  private static boolean run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Override
  public void close() {
    unmount();
  }
}
