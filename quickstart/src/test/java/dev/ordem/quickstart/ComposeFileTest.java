package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * That docker-compose.yml gives nobody too much. Read as compose reads it: with what its anchors
 * stand for. See {@link ComposeVariablesTest}, too.
 */
class ComposeFileTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void onlyWhoCallsTinyIsGivenItsCredentials() throws IOException {
    for (Map.Entry<String, JsonNode> service : compose().path("services").properties()) {
      Set<String> variables = variables(service.getValue());
      if (service.getKey().equals("producer") || service.getKey().equals("detail-worker")) {
        assertThat(variables).as(service.getKey()).contains("TINY_CLIENT_SECRET");
      } else {
        assertThat(variables)
            .as(service.getKey())
            .noneMatch(each -> each.startsWith("TINY_") || each.contains("SECRET_KEY"));
      }
      assertThat(service.getValue().has("env_file")).as(service.getKey()).isFalse();
    }
  }

  @Test
  void eachServiceMountsTheSecretsOfNoOther() throws IOException {
    JsonNode services = compose().path("services");
    for (String each : new String[] {"kafka", "postgres", "producer", "detail-worker", "sink"}) {
      assertThat(services.path(each).path("volumes"))
          .as(each)
          .extracting(JsonNode::asText)
          .filteredOn(mount -> mount.startsWith("secrets"))
          .containsExactly("secrets-" + each + ":/secrets:ro");
    }
    assertThat(services.path("simulator").has("volumes")).isFalse();
  }

  /** Where somebody is reached, nobody is who has no need. */
  @Test
  void eachServiceIsInTheNetworksThatItNeedsAndInNoOther() throws IOException {
    JsonNode compose = compose();
    JsonNode services = compose.path("services");
    assertThat(networks(services.path("admin"))).containsExactly("kafka-admin", "postgres");
    assertThat(networks(services.path("sink"))).containsExactly("kafka", "metrics", "postgres");
    assertThat(networks(services.path("simulator"))).containsExactly("tiny");
    assertThat(services.path("secrets").path("network_mode").asText()).isEqualTo("none");
    assertThat(in("kafka-admin", services)).containsExactly("admin", "kafka");
    assertThat(in("kafka-published", services)).containsExactly("kafka");
    assertThat(in("postgres-published", services)).containsExactly("postgres");
    assertThat(in("metrics", services)).containsExactly("detail-worker", "producer", "sink");
    assertThat(in("tiny", services)).containsExactly("detail-worker", "producer", "simulator");
    assertThat(services.path("kafka").path("environment").path("KAFKA_LISTENERS").asText())
        .contains("kafka-admin:9094")
        .doesNotContain("://:", "0.0.0.0");
    for (Map.Entry<String, JsonNode> network : compose.path("networks").properties()) {
      boolean shut =
          network.getValue().path("internal").asBoolean()
              || network
                  .getValue()
                  .path("driver_opts")
                  .path("com.docker.network.bridge.enable_ip_masquerade")
                  .asText()
                  .equals("false");
      assertThat(shut).as(network.getKey()).isEqualTo(!network.getKey().equals("tiny"));
    }
  }

  @Test
  void noLogGrowsWithoutABound() throws IOException {
    bounded(compose());
  }

  @Test
  void aFileWhoseLogsGrowIsFoundOut() throws IOException {
    String file = Files.readString(ROOT.resolve("docker-compose.yml"));
    for (String bound : List.of("\n  logging: *logging", "\n    logging: *logging", "max-size: ")) {
      String without =
          file.replaceFirst(Pattern.quote(bound), bound.startsWith("\n") ? "" : "max-age: ");
      assertThat(without).isNotEqualTo(file);
      assertThatThrownBy(() -> bounded(parsed(without)))
          .as("without %s", bound)
          .isInstanceOf(AssertionError.class);
    }
  }

  private static void bounded(JsonNode compose) {
    assertThat(compose.path("services").size()).isGreaterThan(7);
    for (Map.Entry<String, JsonNode> service : compose.path("services").properties()) {
      JsonNode logging = service.getValue().path("logging");
      assertThat(logging.path("driver").asText()).as(service.getKey()).isEqualTo("json-file");
      assertThat(logging.path("options").has("max-size")).as(service.getKey()).isTrue();
      assertThat(logging.path("options").has("max-file")).as(service.getKey()).isTrue();
    }
  }

  private static Set<String> variables(JsonNode service) {
    return keys(service.path("environment"));
  }

  /** Of a list, or of the keys where each has settings of its own. */
  private static Set<String> networks(JsonNode service) {
    JsonNode networks = service.path("networks");
    Set<String> names = keys(networks);
    if (networks.isArray()) {
      networks.forEach(name -> names.add(name.asText()));
    }
    return names;
  }

  private static Set<String> in(String network, JsonNode services) {
    return services.properties().stream()
        .filter(service -> networks(service.getValue()).contains(network))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new TreeSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static JsonNode compose() throws IOException {
    return parsed(Files.readString(ROOT.resolve("docker-compose.yml")));
  }

  private static JsonNode parsed(String compose) {
    return new ObjectMapper()
        .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(compose));
  }
}
