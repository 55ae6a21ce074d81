package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomePathTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a$b", "a`b", "a\\b", "a,b", "50%"})
  void aCharacterThatAStoreCannotHaveIsNamed(String name) {
    Path home = directory.resolve(name).resolve(".ordem");
    String character = name.replaceAll("[ab50]", "");
    assertThat(new HomePath(home, true, true).problem())
        .get()
        .asString()
        .startsWith("ORDEM_HOME: " + home)
        .contains("the character " + character);
  }

  @Test
  void aCharacterThatCannotBeSeenIsNamedToo() {
    assertThat(new HomePath(directory.resolve("a\nb"), false, false).problem())
        .get()
        .asString()
        .contains("a control character (10)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"with a blank", "çã", "o'brien", "a;b&c", "(x)", "[y]", "#", "a=b", "~"})
  void othersAreTaken(String name) {
    assertThat(new HomePath(directory.resolve(name), true, true).problem()).isEmpty();
  }

  @Test
  void whatNoStoreOfOursIsIn() {
    assertThat(new HomePath(directory.resolve("a$b,c"), false, false).problem()).isEmpty();
    assertThat(new HomePath(directory.resolve("a$b"), true, false).problem()).isEmpty();
    assertThat(new HomePath(directory.resolve("a,b"), false, true).problem()).isEmpty();
  }

  @Test
  void aFileIsNoDirectoryNorIsWhatLiesBelowIt() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(new HomePath(file, true, true).problem()).get().asString().contains(file + " is a");
    assertThat(new HomePath(file.resolve("x/y"), true, true).problem())
        .get()
        .asString()
        .contains(file + " is a file");
    assertThat(new HomePath(directory.resolve("x/y"), true, true).problem()).isEmpty();
  }
}
