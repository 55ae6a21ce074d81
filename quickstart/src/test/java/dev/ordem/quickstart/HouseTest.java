package dev.ordem.quickstart;

import static java.util.stream.Collectors.counting;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Habits that no compiler checks. */
class HouseTest {
  private static final int LINES = 400;
  private static final int TYPES = 18;

  /** Packages that may be larger: what crosses a topic is one list, the simulator one machine. */
  private static final List<String> LARGE =
      List.of("dev/ordem/contract ", "dev/ordem/tiny/simulator ");

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
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

  @Test
  void aPackageHoldsNoMoreThanOneIdea() {
    Map<Path, Long> types =
        types().collect(Collectors.groupingBy(Path::getParent, TreeMap::new, counting()));
    assertThat(
            types.entrySet().stream()
                .filter(one -> one.getValue() > TYPES)
                .map(one -> ROOT.relativize(one.getKey()) + " has " + one.getValue())
                .filter(one -> LARGE.stream().noneMatch(one::contains)))
        .as("packages of more than %d types: cut them where an idea ends", TYPES)
        .isEmpty();
  }

  @Test
  void aNameMeansOneThingInTheWholeRepository() {
    Map<String, Set<String>> modules =
        types()
            .collect(
                Collectors.groupingBy(
                    file -> file.getFileName().toString(),
                    TreeMap::new,
                    Collectors.mapping(
                        file -> ROOT.relativize(file).getName(0).toString(),
                        Collectors.toCollection(TreeSet::new))));
    assertThat(modules.entrySet().stream().filter(one -> one.getValue().size() > 1))
        .as("names of classes in several modules: rename all but one")
        .isEmpty();
  }

  private static Stream<Path> types() {
    return SOURCES.stream()
        .filter(file -> file.toString().contains("/src/main/java/"))
        .filter(file -> !file.endsWith("package-info.java"));
  }

  private static List<Path> sources() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> !ROOT.relativize(file).toString().startsWith(".ordem"))
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
