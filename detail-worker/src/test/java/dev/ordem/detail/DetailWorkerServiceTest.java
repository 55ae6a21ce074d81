package dev.ordem.detail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.ConfigurationException;
import dev.ordem.runtime.Environment;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetailWorkerServiceTest {
  @Test
  void everyWrongVariableIsNamedAtOnce() {
    Environment environment =
        Environment.of(
            Map.of(
                "LEDGER_RETRIES", "PT1S,soon",
                "LEDGER_THREADS", "0",
                "FETCHER_THREADS", "many",
                "KAFKA_TOPIC_REPLICATION", "none"));
    try (DetailWorkerService service =
        new DetailWorkerService(environment, new SimpleMeterRegistry())) {
      assertThat(service.name()).isEqualTo("detail-worker");
      assertThatThrownBy(environment::verify)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("LEDGER_RETRIES: \"PT1S,soon\"")
          .hasMessageContaining("LEDGER_THREADS")
          .hasMessageContaining("FETCHER_THREADS")
          .hasMessageContaining("KAFKA_TOPIC_REPLICATION")
          .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS")
          .hasMessageContaining("POSTGRES_URL");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT1S", "PT1S,PT0S", "PT1S,-PT2S", ","})
  void aWaitThatIsNoneIsNamed(String waits) {
    Environment environment = Environment.of(Map.of("LEDGER_RETRIES", waits));
    try (DetailWorkerService service =
        new DetailWorkerService(environment, new SimpleMeterRegistry())) {
      assertThat(service.name()).isEqualTo("detail-worker");
      assertThatThrownBy(environment::verify).hasMessageContaining("LEDGER_RETRIES: \"" + waits);
    }
  }

  @Test
  void beforeTheStartItIsAliveAndNotReady() {
    try (DetailWorkerService service =
        new DetailWorkerService(Environment.of(Map.of()), new SimpleMeterRegistry())) {
      assertThat(service.health().live()).isTrue();
      assertThat(service.health().ready()).isFalse();
    }
  }
}
