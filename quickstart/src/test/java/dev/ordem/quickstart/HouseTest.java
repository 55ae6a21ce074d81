package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits that no compiler checks. */
class HouseTest {
  private static final int LINES = 400;
  private static final List<Path> SOURCES = sources();

  @Test
  void noFileIsTooLongToReadAtOnce() {
    assertThat(SOURCES)
        .allSatisfy(
            file ->
                assertThat(lines(file).size())
                    .as("%s: split it; %d lines are the most", file, LINES)
                    .isLessThanOrEqualTo(LINES));
  }

  @Test
  void noTestWaitsForTimeToPass() {
    String forbidden = "Thread" + ".sleep(";
    assertThat(SOURCES.stream().filter(file -> file.toString().contains("/src/test/")))
        .allSatisfy(
            file ->
                assertThat(lines(file))
                    .as("%s: await a condition instead", file)
                    .noneMatch(line -> line.contains(forbidden)));
  }

  @Test
  void everySuppressionSaysWhyOnItsLine() {
    String suppression = "@Suppress" + "Warnings";
    assertThat(SOURCES)
        .allSatisfy(
            file ->
                assertThat(lines(file).stream().filter(line -> line.contains(suppression)))
                    .as("%s: give the reason behind //", file)
                    .allMatch(line -> line.contains("//")));
  }

  @Test
  void everyPackageHasItsEssay() {
    assertThat(SOURCES.stream().filter(file -> file.toString().contains("/src/main/java/")))
        .isNotEmpty()
        .allSatisfy(
            file -> {
              Path essay = file.resolveSibling("package-info.java");
              assertThat(essay).as("%s needs one", file.getParent()).exists();
              assertThat(lines(essay)).anyMatch(line -> line.contains("@NullMarked"));
              assertThat(lines(essay)).first().asString().startsWith("/**");
            });
  }

  private static List<Path> sources() {
    Path root = Path.of("..").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> !root.relativize(file).toString().startsWith(".ordem"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
