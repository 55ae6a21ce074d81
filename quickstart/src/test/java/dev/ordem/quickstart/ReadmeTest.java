package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That both READMEs say the same, that what they name is there, and that CI types what they do. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String PROMPT = "$ ";
  private static final Pattern CODE = Pattern.compile("`` .+? ``|`[^`]+`");
  private static final Pattern PICTURE = Pattern.compile("\n```\n.*?\n```\n", Pattern.DOTALL);
  private static final Pattern SENTENCE = Pattern.compile("\\.(?=\\s|\\*|$)");
  private static final Pattern HEADING = Pattern.compile("^#* ?");
  private static final Pattern COMMENT = Pattern.compile("\\s*(--|#) .*");
  private static final Pattern PROOF = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

  /** Commands that {@code .ci/run} cannot type as they stand, and why. */
  private static final Map<String, String> NOT_OF_CI =
      Map.of(
          "TINY_API_URL=https://api.tiny.com.br/public-api/v3 ./ordem up",
          "CI has no account at Tiny: it gives the simulator's address",
          "docker compose up --detach",
          "needs an engine: see containers() of .ci/run",
          "docker compose exec -T producer /app/ordem connect --account loja --client-id ID"
              + " <secret.txt",
          "the same command as ./ordem connect, which is tried",
          "for v in $(docker volume ls -q -f label=com.docker.compose.project=${COMPOSE_PROJECT_NAME:-ordem}); do docker run"
              + " --rm -v \"$v\":/v -v \"$PWD\":/to postgres:18 tar -C /v -czf \"/to/$v.tgz\" .; done",
          "needs an engine with volumes; not tried",
          "for f in ${COMPOSE_PROJECT_NAME:-ordem}_*.tgz; do docker run --rm -v \"${f%.tgz}\":/v -v \"$PWD\":/from postgres:18"
              + " tar -C /v -xzf \"/from/$f\"; done",
          "as above",
          "docker compose down --volumes && docker compose create",
          "as above",
          "docker compose run --rm -T admin subscriber add billing > billing.properties",
          "CI writes what it prints elsewhere");

  private static final String ENGLISH = read("README.md");

  @Test
  void bothLanguagesSayTheSameInTheSameOrder() {
    List<String> english = lines(ENGLISH);
    List<String> portuguese = lines(read("README.pt-BR.md"));
    boolean code = false;
    for (int i = 0; i < Math.min(english.size(), portuguese.size()); i++) {
      String one = english.get(i);
      String other = portuguese.get(i);
      code ^= one.startsWith("```");
      assertThat(code ? typed(other) : shape(other))
          .as("%s%nand%n%s", one, other)
          .isEqualTo(code ? typed(one) : shape(one));
    }
    assertThat(portuguese).hasSameSizeAs(english).hasSizeGreaterThan(300);
  }

  @Test
  void everyTestThatIsNamedAsAProofIsThere() throws IOException {
    Map<String, List<String>> tests = tests();
    List<MatchResult> proofs = PROOF.matcher(ENGLISH).results().toList();
    assertThat(proofs).hasSizeGreaterThan(40);
    for (MatchResult proof : proofs) {
      assertThat(tests).containsKey(proof.group(1));
      if (proof.group(2) != null) {
        assertThat(tests.get(proof.group(1)))
            .as(proof.group())
            .anyMatch(source -> source.contains("void " + proof.group(2) + "("));
      }
    }
  }

  @Test
  void everyCommandIsTypedByCi() {
    String ci = oneWay(read(".ci/run") + read(".ci/readme"));
    List<String> commands =
        ENGLISH
            .lines()
            .filter(line -> line.startsWith(PROMPT))
            .map(line -> line.substring(PROMPT.length()))
            .toList();
    assertThat(commands).hasSizeGreaterThan(20).containsAll(NOT_OF_CI.keySet());
    assertThat(commands)
        .filteredOn(command -> !NOT_OF_CI.containsKey(command))
        .allSatisfy(command -> assertThat(ci).contains(oneWay(command)));
    assertThat(ENGLISH).contains("```sql\n");
    assertThat(ci).contains("```sql").as("the blocks of SQL, as they are printed");
  }

  /** CI has another port, so that it is in nobody's way, and no terminal. */
  private static String oneWay(String text) {
    return text.replace("127.0.0.1:18080", "127.0.0.1:8080").replace(" -T ", " ");
  }

  /** Lines with something in them, without the picture, whose words are translated. */
  private static List<String> lines(String readme) {
    return PICTURE
        .matcher(readme)
        .replaceFirst("\n")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Of a line of code: all but the comment, which is translated. */
  private static String typed(String line) {
    return COMMENT.matcher(line).replaceFirst("");
  }

  /** Of a line of text: what a translation keeps. */
  private static String shape(String line) {
    MatchResult heading = HEADING.matcher(line).results().findFirst().orElseThrow();
    List<String> code =
        CODE.matcher(line).results().map(MatchResult::group).sorted().collect(Collectors.toList());
    String words = CODE.matcher(line).replaceAll("x");
    return heading.group()
        + code
        + " in "
        + SENTENCE.matcher(words).results().count()
        + " sentences, "
        + words.chars().filter(character -> character == '|').count()
        + " columns";
  }

  /** Their sources, by name; two modules may each have one of a name. */
  private static Map<String, List<String>> tests() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 12, (file, is) -> isTest(file))) {
      Map<String, List<String>> tests = new TreeMap<>();
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        tests.computeIfAbsent(name, any -> new ArrayList<>()).add(Files.readString(file));
      }
      return tests;
    }
  }

  private static boolean isTest(Path file) {
    String path = ROOT.relativize(file).toString();
    return path.endsWith("Test.java") && path.contains("src/test/") && !path.startsWith(".ordem");
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
