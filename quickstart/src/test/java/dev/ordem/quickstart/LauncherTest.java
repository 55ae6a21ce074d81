package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher itself, in a clone whose Maven and Java are scripts that tell what they were told.
 */
class LauncherTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory;

  private Path root;
  private Path java;

  @BeforeEach
  void cloneIt() throws IOException {
    root = directory.resolve(DemoAndRealTest.HOUSE);
    java = directory.resolve("jdk");
    Files.createDirectories(root.resolve(".mvn"));
    Files.createDirectories(root.resolve("quickstart/src/main"));
    Files.createDirectories(java.resolve("bin"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(root.resolve("quickstart/pom.xml"), "<project/>");
    Files.copy(Path.of("../ordem"), root.resolve("ordem"));
    script(
        root.resolve("mvnw"),
        """
        echo "$@" >>built
        mkdir -p quickstart/target/start/classes
        printf '%s' "$PWD/pom.xml" >quickstart/target/start/ordem.deps
        """);
    javaSays("17.0.15");
  }

  @Test
  void buildsOnceWithoutTestLibrariesAndHandsOverEveryWord() throws Exception {
    assertThat(run(0, "status", "a b")).contains("[status]", "[a b]", "[-cp]");
    assertThat(run(0, "status")).contains("[status]");
    assertThat(Files.readAllLines(root.resolve("built")))
        .singleElement()
        .asString()
        .contains("-DincludeScope=runtime")
        .doesNotContain("mdep.includeScope");
  }

  @Test
  void aCopyOfACloneIsBuiltAnew() throws Exception {
    assertThat(run(0, "status")).contains("[status]");
    Path copy = directory.resolve("copy");
    assertThat(new ProcessBuilder("cp", "-a", root.toString(), copy.toString()).start().waitFor())
        .isZero();
    List<String> said = run(0, directory, Map.of(), copy.resolve("ordem").toString(), "status");
    assertThat(said).contains("[status]");
    String original = root.toRealPath() + "/quickstart";
    assertThat(said).noneMatch(word -> word.contains(original));
    assertThat(Files.readAllLines(copy.resolve("built"))).hasSize(2);
  }

  @Test
  void worksFromAnotherDirectoryAndThroughALink() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path first = Files.createSymbolicLink(elsewhere.resolve("first"), root.resolve("ordem"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("ordem"), Path.of("first"));
    assertThat(first).exists();
    assertThat(run(0, elsewhere, Map.of(), link.toString(), "status")).contains("[status]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.0.2", "1.8.0_392", "16"})
  void anOlderJavaIsNamed(String version) throws Exception {
    javaSays(version);
    assertThat(run(1, "status"))
        .singleElement()
        .asString()
        .contains("Java 17 or newer", version.split("[.]", -1)[0], "JAVA_HOME");
  }

  @Test
  void aMissingJavaIsNamed() throws Exception {
    Map<String, String> none = Map.of("JAVA_HOME", directory.resolve("nowhere").toString());
    assertThat(run(1, directory, none, root.resolve("ordem").toString(), "status"))
        .singleElement()
        .asString()
        .contains("Java 17 or newer", "JAVA_HOME");
  }

  @Test
  void optionsThatJavaDoesNotTakeAreAWrongVariable() throws Exception {
    Map<String, String> wrong = Map.of("ORDEM_JAVA_OPTS", "-Dright=1 -Xmx1x");
    assertThat(run(2, directory, wrong, root.resolve("ordem").toString(), "status"))
        .last()
        .asString()
        .contains("ORDEM_JAVA_OPTS: ", "-Xmx1x", "Invalid maximum heap size");
    Map<String, String> right = Map.of("ORDEM_JAVA_OPTS", "-Dright=1");
    assertThat(run(0, directory, right, root.resolve("ordem").toString(), "status"))
        .contains("[-Dright=1]", "[status]");
  }

  @Test
  void theHomeIsTheClonesUnlessOneIsNamed() throws Exception {
    javaTells("ORDEM_HOME", "ORDEM_HOME_FILE");
    String ordem = root.resolve("ordem").toString();
    assertThat(run(0, directory, Map.of(), ordem, "status"))
        .contains("ORDEM_HOME=" + root.toRealPath().resolve(".ordem"), "ORDEM_HOME_FILE=");
    assertThat(run(0, directory, Map.of("ORDEM_HOME", "/there"), ordem, "status"))
        .contains("ORDEM_HOME=/there");
    assertThat(run(0, directory, Map.of("ORDEM_HOME_FILE", "/says"), ordem, "status"))
        .contains("ORDEM_HOME=", "ORDEM_HOME_FILE=/says");
  }

  /** The pid of a living process that is no launcher: this one's. */
  @ParameterizedTest
  @ValueSource(strings = {"%d", "%d 1", "999999999 1", "", "what?"})
  void aLockWhoseHolderIsGoneOrSomebodyElseIsTakenOver(String held) throws Exception {
    Files.createDirectories(lock().getParent());
    Files.writeString(lock(), held.formatted(ProcessHandle.current().pid()) + "\n");
    assertThat(run(0, "status")).contains("[status]");
    assertThat(lock()).doesNotExist();
  }

  @Test
  void whoeverWaitsForABuildSaysForWhichAndGoesOnWhenItsHolderDies() throws Exception {
    script(
        root.resolve("mvnw"),
        """
        echo begun >>building
        [ "$(wc -l <building)" -gt 1 ] || exec sleep 600
        mkdir -p quickstart/target/start/classes
        printf '%s' "$PWD/pom.xml" >quickstart/target/start/ordem.deps
        """);
    Process holder = start(directory, Map.of(), root.resolve("ordem").toString(), "status");
    Process second = null;
    try {
      Awaitility.await().until(() -> Files.exists(root.resolve("building")));
      second = start(directory, Map.of(), root.resolve("ordem").toString(), "status");
      try (var lines = second.inputReader()) {
        assertThat(lines.readLine()).contains("waiting for the build of process " + holder.pid());
        holder.descendants().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly().waitFor();
        assertThat(lines.lines().toList()).contains("[status]");
      }
    } finally {
      holder.destroyForcibly();
      if (second != null) {
        second.destroyForcibly();
      }
    }
  }

  private Path lock() {
    return root.resolve("quickstart/target/start/ordem.building");
  }

  private void javaSays(String version) throws IOException {
    script(
        java.resolve("bin/java"),
        """
        case " $* " in
          *" -Xmx1x "*) echo 'Invalid maximum heap size: -Xmx1x' >&2; echo 'More'; exit 1 ;;
          *" -version "*) echo 'openjdk version "%s" 2025-04-15' >&2 ;;
          *" --list-modules "*) echo jdk.compiler@17 ;;
          *) for word; do echo "[$word]"; done ;;
        esac
        """
            .formatted(version));
  }

  private void javaTells(String... variables) throws IOException {
    javaSays("17.0.15");
    StringBuilder tells = new StringBuilder();
    for (String variable : variables) {
      tells.append("echo \"%1$s=${%1$s:-}\"\n".formatted(variable));
    }
    Path script = java.resolve("bin/java");
    String said = Files.readString(script);
    Files.writeString(script, said.replace("*) for", "*) " + tells + "for"));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> run(int code, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(root.resolve("ordem").toString()));
    command.addAll(List.of(arguments));
    return run(code, directory, Map.of(), command.toArray(String[]::new));
  }

  private List<String> run(int code, Path from, Map<String, String> more, String... command)
      throws Exception {
    Process process = start(from, more, command);
    try (var output = process.inputReader()) {
      List<String> lines = output.lines().toList();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s", lines).isEqualTo(code);
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Path from, Map<String, String> more, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(from.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", java.toString());
    builder.environment().putAll(more);
    return builder.start();
  }
}
