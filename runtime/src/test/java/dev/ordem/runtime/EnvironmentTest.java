package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  @Test
  void everyBadVariableIsNamedWithWhatWouldBeRight() {
    Environment environment =
        Environment.of(
            Map.of("PORT", "many", "WAIT", "-PT1S", "ZONE", "Mars/Base", "HTTP", "8080"));
    assertThat(environment.integer("PORT", 1, 0, 9)).isEqualTo(1);
    assertThat(environment.duration("WAIT", Duration.ofSeconds(2))).hasSeconds(2);
    environment.zone("ZONE", "America/Sao_Paulo");
    environment.address("HTTP", java.net.InetSocketAddress.createUnresolved("127.0.0.1", 1));
    environment.postgres();
    assertThatThrownBy(environment::verify)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "PORT: \"many\" is not a whole number from 0 to 9",
            "WAIT: \"-PT1S\" is not a positive time",
            "ZONE: \"Mars/Base\" is not a time zone",
            "HTTP: \"8080\" is not host:port",
            "POSTGRES_URL: not set",
            "POSTGRES_USER: not set",
            "POSTGRES_PASSWORD: not set");
  }

  @Test
  void aValueCanStandInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    Environment environment = Environment.of(Map.of("POSTGRES_PASSWORD_FILE", file.toString()));
    assertThat(environment.text("POSTGRES_PASSWORD")).contains("s3cret");
    assertThatCode(environment::verify).doesNotThrowAnyException();
  }

  @Test
  void aMissingFileAndAValueGivenTwiceAreProblems() {
    Environment environment =
        Environment.of(Map.of("A_FILE", "/nowhere/at/all", "B", "1", "B_FILE", "/nowhere"));
    assertThat(environment.text("A")).isEmpty();
    assertThat(environment.text("B")).contains("1");
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll("A_FILE: cannot read /nowhere/at/all", "B: also given as B_FILE");
  }

  @Test
  void aBlankVariableIsAbsent() {
    assertThat(Environment.of(Map.of("A", "  ")).text("A")).isEmpty();
  }

  @Test
  void secretsAreNeverPartOfAMessage() {
    Environment environment =
        Environment.of(Map.of("POSTGRES_URL", "postgres://u:s3cret@h/d", "POSTGRES_USER", "u"));
    assertThat(environment.postgres().toString()).doesNotContain("POSTGRES_PASSWORD");
    assertThatThrownBy(environment::verify).message().doesNotContain("s3cret");
    assertThat(new Postgres("jdbc:postgresql://h/d", "u", "s3cret", "U").toString())
        .isEqualTo("u at jdbc:postgresql://h/d");
  }

  @Test
  void aSecretThatIsWrongIsNotShown() {
    Environment environment = Environment.of(Map.of("KEY", "s3cret", "COLOUR", "blood"));
    Function<String, String> never =
        text -> {
          throw new IllegalArgumentException(text);
        };
    assertThat(environment.secret("KEY", "long", never)).isEmpty();
    assertThat(environment.parsed("COLOUR", "red", "a colour", never)).isEqualTo("red");
    assertThatThrownBy(environment::verify)
        .message()
        .contains("KEY: its value, which is not shown, is not long")
        .contains("COLOUR: \"blood\" is not a colour")
        .doesNotContain("s3cret");
  }

  @Test
  void aTimeHasBounds() {
    Duration second = Duration.ofSeconds(1);
    Environment environment = Environment.of(Map.of("A", "PT1S", "B", "PT0.9S", "C", "PT61S"));
    assertThat(environment.duration("A", second, second, second)).isEqualTo(second);
    environment.duration("B", second, second, Duration.ofMinutes(1));
    environment.duration("C", second, second, Duration.ofMinutes(1));
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll(
            "B: \"PT0.9S\" is not a time in ISO 8601 from PT1S to PT1M, such as PT1S", "C: ");
  }

  @Test
  void slashesAtTheEndOfAnAddressAreTakenAway() {
    assertThat(Environment.of(Map.of("A", "https://o.example/x//")).url("A", "it"))
        .contains(URI.create("https://o.example/x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"o.example", "ftp://o.example", "https://o.example?x", "https://", "http://a@b"})
  void whatABrowserCannotComeBackToIsNoAddress(String text) {
    Environment environment = Environment.of(Map.of("ORDEM_PUBLIC_URL", text));
    assertThat(environment.publicUrl()).isEmpty();
    assertThatThrownBy(environment::verify)
        .hasMessage(
            "ORDEM_PUBLIC_URL: \""
                + text
                + "\" is not an address, such as"
                + " https://ordem.example.com");
  }

  @Test
  void aMisspeltVariableIsToldWithTheNearest() {
    Environment environment =
        Environment.of(
            Map.of(
                "TINY_CLIENTID", "s3cret",
                "TINY_CLIENT_SECRT_FILE", "/s3cret",
                "SYNC_SCHEDUEL", "off",
                "POSTGRES_USR", "u",
                "KAFKA_BOOTSTRAP_SERVER", "h:1"));
    assertThat(environment.unknown())
        .containsExactly(
            told("KAFKA_BOOTSTRAP_SERVER", "KAFKA_BOOTSTRAP_SERVERS"),
            told("POSTGRES_USR", "POSTGRES_USER"),
            told("SYNC_SCHEDUEL", "SYNC_SCHEDULE"),
            told("TINY_CLIENTID", "TINY_CLIENT_ID"),
            told("TINY_CLIENT_SECRT_FILE", "TINY_CLIENT_SECRET"));
    environment.required("TINY_CLIENT_ID", "the id");
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll("TINY_CLIENT_ID: not set", told("TINY_CLIENTID", "TINY_CLIENT_ID"))
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void whatOtherProgramsReadIsNotTold() {
    Map<String, String> others =
        Map.of(
            "PATH", "/bin",
            "POSTGRES_DB", "ordem",
            "POSTGRES_HOST", "h",
            "KAFKA_HEAP_OPTS", "-Xmx1g",
            "KAFKA_CLIENT_SECURITY_PROTOCOL", "SSL",
            "SINK_PORT_8082_TCP", "tcp://10.0.0.1:8082",
            "ORDEM_SERVICE_HOST", "10.0.0.1",
            "ORDEM_MEMORY", "1g",
            "TINY_CLIENT_ID_FILE", "/id",
            "TINY_EMPTY", " ");
    assertThat(Environment.of(others).unknown()).isEmpty();
    assertThatCode(Environment.of(others)::verify).doesNotThrowAnyException();
  }

  @Test
  void nothingIsReadThatWouldBeToldAsUnknown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.of(Map.of()).text("TINY_NEW"))
        .withMessageContaining("TINY_NEW");
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "README.pt-BR.md"})
  void whatTheReadmeNamesIsKnownAndItsTablesNameAll(String file) throws IOException {
    String readme = Files.readString(Path.of("..", file));
    Map<String, String> named =
        Pattern.compile("\\b(TINY|SYNC|ORDEM|LEDGER|FETCHER|SINK|WORKER)_[A-Z_]*[A-Z]\\b")
            .matcher(readme)
            .results()
            .collect(Collectors.toMap(MatchResult::group, found -> "1", (a, b) -> a));
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(Environment.of(named).unknown()).isEmpty();
    Set<String> rows =
        Pattern.compile("^\\| (`[A-Z].*?) \\|", Pattern.MULTILINE)
            .matcher(readme)
            .results()
            .flatMap(row -> Pattern.compile("`([A-Z]+(_[A-Z]+)+)`").matcher(row.group(1)).results())
            .map(name -> name.group(1))
            .filter(name -> !name.startsWith("SIMULATOR_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rows).contains("ORDEM_JAVA_OPTS"); // which the launcher reads
    rows.remove("ORDEM_JAVA_OPTS");
    assertThat(rows).isEqualTo(new TreeSet<>(KnownVariables.NAMES));
  }

  @Test
  void everyKnownVariableIsRead() throws IOException {
    Set<String> unread = new TreeSet<>(KnownVariables.NAMES);
    try (Stream<Path> files = Files.find(Path.of(".."), 12, (file, is) -> is.isRegularFile())) {
      for (Path file : files.filter(EnvironmentTest::mayRead).toList()) {
        String source = Files.readString(file);
        unread.removeIf(name -> source.contains('"' + name + '"'));
      }
    }
    assertThat(unread).isEmpty();
  }

  private static boolean mayRead(Path file) {
    return file.toString().endsWith(".java")
        && file.toString().contains("/src/main/java/")
        && !file.endsWith("KnownVariables.java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker-compose.yml", ".env.example", ".docker/ordem", "ordem"})
  void whatContainersAndTheLauncherAreGivenIsKnown(String file) throws IOException {
    Map<String, String> named =
        Pattern.compile("\\b(TINY|SYNC|ORDEM|LEDGER|FETCHER|SINK|KAFKA|POSTGRES)_[A-Z_]*[A-Z]\\b")
            .matcher(Files.readString(Path.of("..", file)))
            .results()
            .collect(Collectors.toMap(MatchResult::group, found -> "1", (a, b) -> a));
    assertThat(named).isNotEmpty();
    assertThat(Environment.of(named).unknown()).isEmpty();
  }

  private static String told(String name, String nearest) {
    return name + ": no variable of Ordem, so it does nothing; the nearest is " + nearest;
  }

  @Test
  void whyAFileCannotBeReadIsToldWithoutJava(@TempDir Path folder) throws IOException {
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'s', (byte) 0xe9});
    Environment environment =
        Environment.of(
            Map.of("A_FILE", "/nowhere", "B_FILE", latin.toString(), "C_FILE", folder.toString()));
    List.of("A", "B", "C").forEach(environment::text);
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll(
            "A_FILE: cannot read /nowhere: there is no such file",
            "B_FILE: cannot read " + latin + ": it is no text in UTF-8",
            "C_FILE: cannot read " + folder + ": ")
        .hasMessageNotContainingAny("java.", "Exception", "MalformedInput");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nohost",
        "localhost:abc",
        ",",
        "http://localhost:9092",
        "https://k:9092",
        "k:0",
        "k:65536",
        "k:9092,",
        "k 1:9092",
        ":9092"
      })
  void whatIsNoBrokerIsNamed(String brokers) {
    Environment environment = Environment.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers));
    environment.kafka();
    assertThatThrownBy(environment::verify)
        .hasMessage(
            "KAFKA_BOOTSTRAP_SERVERS: \""
                + brokers
                + "\" is not host:port,host:port, such as 127.0.0.1:9092");
  }

  @ParameterizedTest
  @ValueSource(strings = {"k:9092", "k-1.a_b:1, 10.0.0.1:65535", "[::1]:9092", "PLAINTEXT://k:1"})
  void brokersAreTakenAsKafkasClientsTakeThem(String brokers) {
    Environment environment = Environment.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers));
    assertThat(environment.kafka()).containsEntry("bootstrap.servers", brokers);
    assertThatCode(environment::verify).doesNotThrowAnyException();
  }

  @Test
  void whatKafkaDoesNotKnowIsNamed() {
    Environment environment =
        Environment.of(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "h:1",
                "KAFKA_CLIENT_SECURITY_PROTOCOL", "FOO",
                "KAFKA_TOPIC_REPLICATION", "0"));
    environment.kafka();
    assertThat(environment.replication()).isEmpty();
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll(
            "KAFKA_CLIENT_SECURITY_PROTOCOL: \"FOO\" is none of PLAINTEXT, SASL_PLAINTEXT,",
            "KAFKA_TOPIC_REPLICATION: \"0\" is not a whole number from 1 to 15");
  }

  @Test
  void theExampleOfATimeIsOfItsSize() {
    Environment environment = Environment.of(Map.of("A", "x", "B", "x"));
    environment.duration("A", Duration.ofDays(90));
    environment.duration("B", Duration.ofMillis(100));
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll("such as P90D", "such as PT0.1S");
  }

  @Test
  void kafkaClientVariablesArePassedThrough() {
    Environment environment =
        Environment.of(
            Map.of("KAFKA_BOOTSTRAP_SERVERS", "h:1", "KAFKA_CLIENT_SECURITY_PROTOCOL", "SASL_SSL"));
    assertThat(environment.kafka())
        .containsEntry("bootstrap.servers", "h:1")
        .containsEntry("security.protocol", "SASL_SSL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:543200/ordem",
        "jdbc:postgresql://127.0.0.1:5432x/ordem",
        "jdbc:postgresql:/127.0.0.1/ordem",
        "jdbc:postgresql://ordem:geheim@127.0.0.1:5432/ordem",
        "postgres://ordem:geheim@127.0.0.1/ordem",
        "jdbc:mysql://127.0.0.1/ordem?password=geheim"
      })
  void aDatabaseThatTheDriverDoesNotFindIsTheVariablesFaultAndIsNotShown(String url) {
    Environment environment =
        Environment.of(Map.of("POSTGRES_URL", url, "POSTGRES_USER", "u", "POSTGRES_PASSWORD", "p"));
    environment.postgres();
    assertThatThrownBy(environment::verify)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("POSTGRES_URL: ", "jdbc:postgresql://host:5432/database")
        .message()
        .hasLineCount(1)
        .doesNotContain("geheim", url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:5432/ordem?sslmode=require",
        "jdbc:postgresql://[::1]:5432/ordem",
        "jdbc:postgresql://db.example/ordem",
        "jdbc:postgresql://one:5432,two:5433/ordem",
        "jdbc:postgresql:ordem"
      })
  void aDatabaseThatTheDriverFindsIsTaken(String url) {
    Environment environment =
        Environment.of(Map.of("POSTGRES_URL", url, "POSTGRES_USER", "u", "POSTGRES_PASSWORD", "p"));
    environment.postgres();
    assertThatCode(environment::verify).doesNotThrowAnyException();
  }

  @Test
  void thePasswordInAnAddressIsNotShown() {
    String url = "jdbc:postgresql://h/d?user=u&password=s3cret";
    assertThat(new Postgres(url, "u", "s3cret", "U").toString())
        .isEqualTo("u at jdbc:postgresql://h/d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "first-token-line-000\nsecond",
        "sixteen signs, but spaces",
        "€uro-€uro-€uro-€uro"
      })
  void aTokenThatCannotBeSentIsTheVariablesFaultAndIsNotShown(String token) {
    Environment environment = Environment.of(Map.of("ORDEM_API_TOKEN", token));
    assertThat(environment.token("ORDEM_API_TOKEN")).isEmpty();
    assertThatThrownBy(environment::verify)
        .hasMessageContaining("ORDEM_API_TOKEN: its value, which is not shown")
        .message()
        .doesNotContain(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:80800", "https://h:65536/v3"})
  void noAddressHasAHigherPortThanThereIs(String url) {
    Environment environment = Environment.of(Map.of("ORDEM_PUBLIC_URL", url));
    assertThat(environment.publicUrl()).isEmpty();
    assertThatThrownBy(environment::verify).hasMessageContaining("ORDEM_PUBLIC_URL: ");
  }
}
