package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.runtime.ConfigurationException;
import dev.ordem.runtime.Environment;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TinySettingsTest {
  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "TINY_CLIENT_ID", "id",
              "TINY_CLIENT_SECRET", "very secret",
              "TINY_REFRESH_TOKEN", "refresh secret",
              "ORDEM_SECRET_KEY", "new key of 16 characters, old key of 16 characters"));
  private final List<String> problems = new ArrayList<>();

  @Test
  void theDefaultsAreTheRealApi() {
    TinySettings settings = read();
    assertThat(problems).isEmpty();
    assertThat(settings.account()).isEqualTo("default");
    assertThat(settings.apiUrl()).isEqualTo(URI.create("https://api.tiny.com.br/public-api/v3"));
    assertThat(settings.perSecond()).isEqualTo(4);
    assertThat(settings.perWindow()).isEqualTo(30);
    assertThat(settings.window()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.perHour()).isZero();
    assertThat(settings.callTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.secretKeys())
        .containsExactly("new key of 16 characters", "old key of 16 characters");
  }

  @Test
  void everyBadVariableIsToldAtOnceByName() {
    variables.remove("TINY_CLIENT_ID");
    variables.put("TINY_ACCOUNT", "Loja 1");
    variables.put("TINY_API_URL", "ftp://tiny");
    variables.put("TINY_AUTH_URL", "http:// x");
    variables.put("TINY_REQUESTS_PER_MINUTE", "many");
    variables.put("TINY_REQUESTS_PER_SECOND", "-1");
    variables.put("TINY_QUOTA_WINDOW", "60");
    variables.put("TINY_CALL_TIMEOUT", "PT0S");
    variables.put("ORDEM_SECRET_KEY", "tooshort");

    read();

    assertThat(problems).noneMatch(problem -> problem.contains("tooshort"));
    assertThat(problems).hasSize(9);
    for (String name :
        List.of(
            "TINY_CLIENT_ID",
            "TINY_ACCOUNT",
            "TINY_API_URL",
            "TINY_AUTH_URL",
            "TINY_REQUESTS_PER_MINUTE",
            "TINY_REQUESTS_PER_SECOND",
            "TINY_QUOTA_WINDOW",
            "TINY_CALL_TIMEOUT",
            "ORDEM_SECRET_KEY")) {
      assertThat(problems).anyMatch(problem -> problem.startsWith(name));
    }
  }

  @Test
  void aMissingKeyIsTold() {
    variables.remove("ORDEM_SECRET_KEY");
    read();
    assertThat(problems).hasSize(1).allMatch(problem -> problem.contains("ORDEM_SECRET_KEY"));
  }

  @Test
  void slashesAtTheEndAreTakenAway() {
    variables.put("TINY_API_URL", "http://127.0.0.1:9000/public-api/v3//");
    assertThat(read().apiUrl()).hasToString("http://127.0.0.1:9000/public-api/v3");
  }

  @ParameterizedTest
  @CsvSource({
    "TINY_API_URL,https://api.tiny.com.br",
    "TINY_API_URL,https://API.TINY.com.br/public-api",
    "TINY_API_URL,https://api.tiny.com.br/api/v3",
    "TINY_API_URL,http://127.0.0.1:9000/public-api",
    "TINY_API_URL,http://127.0.0.1:9000/public-api/v3/ordem-servico",
    "TINY_AUTH_URL,https://accounts.tiny.com.br",
    "TINY_AUTH_URL,https://accounts.tiny.com.br/realms/tiny",
    "TINY_AUTH_URL,http://127.0.0.1:9000/realms/tiny/protocol/openid-connect/token",
    "TINY_AUTH_URL,http://127.0.0.1:9000/oauth/token",
  })
  void anAddressThatEndsTooEarlyOrTooLateIsTold(String name, String address) {
    variables.put(name, address);
    read();
    assertThat(problems).singleElement().asString().contains(name + ": ", address, "does not end");
  }

  @ParameterizedTest
  @CsvSource({
    "TINY_API_URL,http://127.0.0.1:9000",
    "TINY_API_URL,http://127.0.0.1:9000/tiny/public-api/v3",
    "TINY_API_URL,https://tiny.com.br.example/v3",
    "TINY_AUTH_URL,http://127.0.0.1:9000",
    "TINY_AUTH_URL,http://127.0.0.1:9000/realms/other/protocol/openid-connect/",
  })
  void aServerOfAnybodysHasItsOwnPaths(String name, String address) {
    variables.put(name, address);
    read();
    assertThat(problems).isEmpty();
  }

  @Test
  void theTextFormShowsNoSecret() {
    assertThat(read().toString()).doesNotContain("secret").doesNotContain("16 characters");
  }

  private TinySettings read() {
    Environment environment = Environment.of(variables);
    TinySettings settings = TinySettings.of(environment);
    try {
      environment.verify();
    } catch (ConfigurationException e) {
      problems.addAll(String.valueOf(e.getMessage()).lines().toList());
    }
    return settings;
  }
}
