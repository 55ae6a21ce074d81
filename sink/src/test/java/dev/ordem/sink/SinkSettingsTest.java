package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.ConfigurationException;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkSettingsTest {
  @Test
  void everyBadVariableIsNamedAtOnce() {
    Environment environment =
        Environment.of(Map.of("SINK_BATCH_RECORDS", "0", "SINK_OUTBOX_SLOT", "Not-A-Slot"));
    assertThat(new SinkService(environment, new SimpleMeterRegistry()).health().ready()).isFalse();

    assertThatThrownBy(environment::verify)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS")
        .hasMessageContaining("POSTGRES_URL")
        .hasMessageContaining("POSTGRES_USER")
        .hasMessageContaining("POSTGRES_PASSWORD")
        .hasMessageContaining("SINK_BATCH_RECORDS: \"0\"")
        .hasMessageContaining("SINK_OUTBOX_SLOT: \"Not-A-Slot\"");
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRES_USER, POSTGRES_USER and POSTGRES_PASSWORD",
    "POSTGRES_RELAY_USER, POSTGRES_RELAY_USER and POSTGRES_RELAY_PASSWORD"
  })
  void whoIsNotLetInIsToldTheVariablesThatSayWho(String wrong, String named) throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("logical")) {
      Map<String, String> variables =
          new HashMap<>(
              Map.of(
                  "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                  "POSTGRES_URL", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
                  "POSTGRES_USER", "postgres",
                  "POSTGRES_PASSWORD", "postgres",
                  "POSTGRES_RELAY_USER", "postgres",
                  "POSTGRES_RELAY_PASSWORD", "postgres"));
      variables.put(wrong, "nobody-of-this-name");
      Environment environment = Environment.of(variables);
      try (SinkService sink = new SinkService(environment, new SimpleMeterRegistry())) {
        String told = "check POSTGRES_URL, " + named + ", and";
        assertThatThrownBy(sink::check)
            .isInstanceOf(StartException.class)
            .hasMessageContaining(told);
        assertThatThrownBy(sink::start)
            .isInstanceOf(StartException.class)
            .hasMessageContaining(told);
      }
    }
  }

  @Test
  void aDatabaseThatIsAwayIsToldInOneLine() {
    Environment environment =
        Environment.of(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/none",
                "POSTGRES_USER", "ordem",
                "POSTGRES_PASSWORD", "secret"));
    try (SinkService sink = new SinkService(environment, new SimpleMeterRegistry())) {
      assertThatThrownBy(sink::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining(
              "cannot connect to Postgres as ordem at jdbc:postgresql://127.0.0.1:1")
          .hasMessageContaining("POSTGRES_URL")
          .message()
          .doesNotContain("\n")
          .doesNotContain("secret");
    }
  }
}
