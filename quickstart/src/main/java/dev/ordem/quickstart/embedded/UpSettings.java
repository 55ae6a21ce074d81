package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code up} brings itself and what it was given: the variables of the user, completed so that
 * the services find everything they need.
 */
public final class UpSettings {
  private static final List<String> TINY =
      List.of(
          "TINY_API_URL",
          "TINY_AUTH_URL",
          "TINY_CLIENT_ID",
          "TINY_CLIENT_SECRET",
          "TINY_REFRESH_TOKEN");

  private static final String PROTOCOL = "KAFKA_CLIENT_SECURITY_PROTOCOL";
  private static final String PLAINTEXT = "PLAINTEXT";

  private final Map<String, String> variables;
  private final boolean kafka;
  private final boolean postgres;
  private final boolean tiny;

  public UpSettings(Map<String, String> given) {
    this.variables = new HashMap<>(EndpointsFile.withoutOwn(given));
    this.kafka = !has("KAFKA_BOOTSTRAP_SERVERS");
    this.postgres = !has("POSTGRES_URL");
    this.tiny = TINY.stream().noneMatch(this::has);
  }

  public boolean bringsKafka() {
    return kafka;
  }

  public boolean bringsPostgres() {
    return postgres;
  }

  /**
   * Only when nothing at all is said about Tiny: half a set of credentials is a mistake to name.
   */
  public boolean bringsTiny() {
    return tiny;
  }

  /**
   * Values that pass for those which {@code up} will bring, so that all others can be judged before
   * it brings anything.
   *
   * @param home where it would keep what it brings
   * @return the variables so completed, with what of them contradicts what {@code up} brings noted
   */
  public Environment trial(Path home) {
    Map<String, String> trial = new HashMap<>(variables);
    if (kafka) {
      trial.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092");
    }
    if (postgres) {
      trial.put("POSTGRES_URL", "jdbc:postgresql://127.0.0.1/" + EmbeddedPostgres.DATABASE);
      trial.put("POSTGRES_USER", EmbeddedPostgres.USER);
      trial.put("POSTGRES_PASSWORD", EmbeddedPostgres.USER);
      trial.remove("POSTGRES_USER_FILE");
      trial.remove("POSTGRES_PASSWORD_FILE");
    }
    if (!has("ORDEM_SECRET_KEY")) {
      trial.put("ORDEM_SECRET_KEY", HomeDirectory.randomSecret());
    }
    Environment environment = Environment.of(trial);
    contradictions(environment);
    new HomePath(home, kafka, postgres).problem().ifPresent(environment::problem);
    return environment;
  }

  /** A person who gives these means stores that {@code up} would not use. */
  private void contradictions(Environment environment) {
    if (postgres) {
      Stream.of("POSTGRES_USER", "POSTGRES_PASSWORD")
          .filter(this::has)
          .forEach(
              name ->
                  environment.problem(
                      name
                          + ": means nothing without POSTGRES_URL, as up brings a Postgres of its own"
                          + " then; set POSTGRES_URL too, or leave it out"));
    }
    String protocol = get(PROTOCOL).orElse(PLAINTEXT);
    if (kafka && !protocol.equalsIgnoreCase(PLAINTEXT)) {
      environment.problem(
          PROTOCOL
              + ": \""
              + protocol
              + "\" without KAFKA_BOOTSTRAP_SERVERS; the Kafka that up brings is PLAINTEXT");
    }
    if (kafka && Environment.of(variables).replication().filter(copies -> copies > 1).isPresent()) {
      environment.problem(
          "KAFKA_TOPIC_REPLICATION: more than 1 without KAFKA_BOOTSTRAP_SERVERS; the Kafka that up"
              + " brings is one broker");
    }
  }

  boolean has(String name) {
    return Environment.of(variables).has(name);
  }

  public void put(String name, String value) {
    variables.put(name, value);
  }

  public void putIfAbsent(String name, Source value) throws StartException {
    if (!has(name)) {
      variables.put(name, value.get());
    }
  }

  /** The value, also of what was given as a file. */
  public Optional<String> get(String name) {
    return Environment.of(variables).text(name);
  }

  public Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  /** Where a missing value comes from. */
  @FunctionalInterface
  public interface Source {
    String get() throws StartException;
  }
}
