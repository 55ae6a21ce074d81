package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeDirectoryTest {
  @TempDir Path directory;

  @Test
  void isReadableByItsOwnerOnly() throws Exception {
    Path path = directory.resolve(".ordem");
    try (HomeDirectory home = HomeDirectory.open(path)) {
      home.writePrivately("endpoints.env", "A=1\n");
      home.writePrivately("endpoints.env", "A=2\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rwx------");
      Path file = path.resolve("endpoints.env");
      assertThat(file).hasContent("A=2\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void refusesASecondUserAndNamesTheFirst() throws Exception {
    Path path = directory.resolve(".ordem");
    try (HomeDirectory home = HomeDirectory.open(path)) {
      assertThat(home.path()).isEqualTo(path);
      assertThatThrownBy(() -> HomeDirectory.open(path))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    HomeDirectory.open(path).close();
  }

  @Test
  void refusesWhatANewerOrdemWrote() throws Exception {
    Path path = directory.resolve(".ordem");
    HomeDirectory.open(path).close();
    Files.writeString(path.resolve("state.properties"), "format=3\n");
    assertThatThrownBy(() -> HomeDirectory.open(path))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("newer Ordem");
  }

  @Test
  void saysSoWhenItIsAFile() throws Exception {
    Path path = Files.createFile(directory.resolve(".ordem"));
    assertThatThrownBy(() -> HomeDirectory.open(path))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("is not a directory");
  }

  @Test
  void keepsASecretOnceMade() throws Exception {
    Path path = directory.resolve(".ordem");
    String first;
    try (HomeDirectory home = HomeDirectory.open(path)) {
      first = home.secret("secret.key", HomeDirectory::randomSecret);
    }
    try (HomeDirectory home = HomeDirectory.open(path)) {
      assertThat(home.secret("secret.key", () -> "another")).isEqualTo(first).hasSize(43);
    }
  }

  @Test
  void keepsAPortUntilSomebodyElseHasIt() throws Exception {
    Path path = directory.resolve(".ordem");
    int first;
    try (HomeDirectory home = HomeDirectory.open(path)) {
      first = home.ports().remembered("kafka", port -> true);
    }
    try (HomeDirectory home = HomeDirectory.open(path)) {
      assertThat(home.ports().remembered("kafka", port -> true)).isEqualTo(first);
      int second = home.ports().remembered("kafka", port -> false);
      assertThat(home.ports().remembered("kafka", port -> true)).isEqualTo(second);
    }
  }

  @Test
  void mendsOnePortUnderTwoNames() throws Exception {
    Path path = directory.resolve(".ordem");
    HomeDirectory.open(path).close();
    Files.writeString(path.resolve("state.properties"), "port.kafka=25000\nport.postgres=25000\n");
    try (HomeDirectory home = HomeDirectory.open(path)) {
      int kafka = home.ports().remembered("kafka", port -> true);
      assertThat(home.ports().remembered("postgres", port -> true)).isNotEqualTo(kafka);
    }
  }

  @Test
  void ordersVersionsByNumber() {
    assertThat(VersionOrder.isNewer("4.10.0", "4.2.1")).isTrue();
    assertThat(VersionOrder.isNewer("4.2.1", "4.2.1")).isFalse();
    assertThat(VersionOrder.isNewer("4.2.0", "4.2.1")).isFalse();
    assertThat(VersionOrder.isNewer("5.0.0-SNAPSHOT", "4.2.1")).isTrue();
  }
}
