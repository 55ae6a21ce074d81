package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
