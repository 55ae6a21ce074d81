package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code up} on a disk that gets full, which is a small one of its own: only root may make one, so
 * for others these are skipped, and the output says so.
 */
class DiskFullTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(directory.resolve("disk"));
    int code = run("mount", "-t", "tmpfs", "-o", "size=640m", "ordem-test", disk.toString());
    if (code != 0) {
      System.err.println("SKIPPED: DiskFullTest, as only root may mount: nothing is said of it");
    }
    Assumptions.assumeTrue(code == 0, "only root may mount a disk");
  }

  /** Lazily, so that whatever a test that failed left there does not keep it. */
  @AfterEach
  void unmount() throws Exception {
    run("umount", "--lazy", disk.toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void upSaysThatItIsFullAndNothingIsLost(int left) throws Exception {
    try (OwnProcess up = up()) {
      up.awaitLine("is COMPLETE");
      fill(left);

      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(1);
      assertThat(up.lines()).anyMatch(line -> line.contains("is full"));
      assertThat(up.lines()).noneMatch(line -> line.startsWith("\tat "));
      assertThat(SignalsTest.serverOf(disk.resolve(".ordem"))).doesNotExist();
    }
    Files.delete(filling());
    try (OwnProcess up = up("--once")) {
      assertThat(up.awaitExit()).as("%s", up.lines()).isZero();
      assertThat(up.lines()).anyMatch(line -> line.contains("is COMPLETE"));
    }
  }

  @Test
  void upDoesNotStartWhereThereIsNoRoom() throws Exception {
    fill(50);
    try (OwnProcess up = up()) {
      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(1);
      assertThat(up.lines()).last().asString().contains("is full", "Make room");
      assertThat(SignalsTest.serverOf(disk.resolve(".ordem"))).doesNotExist();
    }
  }

  /** A fresh home takes some 200 MiB, and there seemed to be room. */
  @Test
  void aDiskThatGetsFullWhileUpStartsIsWhatIsBlamed() throws Exception {
    assertThat(run("mount", "-o", "remount,size=120m", disk.toString())).isZero();
    try (OwnProcess up = up()) {
      assertThat(up.awaitExit()).as("%s", up.lines()).isEqualTo(1);
      assertThat(up.lines())
          .filteredOn(line -> line.contains("is full"))
          .singleElement()
          .asString()
          .matches(".*The disk of \\S+ is full.* (M|m)ake room.*, then start again.*\\.");
      assertThat(up.lines()).noneMatch(line -> line.contains("{") || line.startsWith("\tat "));
      assertThat(SignalsTest.serverOf(disk.resolve(".ordem"))).doesNotExist();
    }
  }

  private OwnProcess up(String... options) throws IOException {
    Map<String, String> variables = new HashMap<>(SignalsTest.demo(disk));
    String[] command = new String[options.length + 1];
    command[0] = "up";
    System.arraycopy(options, 0, command, 1, options.length);
    return OwnProcess.start(Ordem.class, variables, command);
  }

  private Path filling() {
    return disk.resolve("filling");
  }

  /** Leaves so many MiB. Others write meanwhile: full is full, whoever wrote the last of it. */
  private void fill(int left) throws IOException {
    FileStore store = Files.getFileStore(disk);
    byte[] block = new byte[MIB / 4];
    try (OutputStream file = Files.newOutputStream(filling())) {
      while (store.getUsableSpace() > (long) left * MIB) {
        file.write(block);
      }
    } catch (IOException e) {
      assertThat(store.getUsableSpace()).as("%s", e).isLessThan(MIB);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // this system has no such command
    }
  }
}
