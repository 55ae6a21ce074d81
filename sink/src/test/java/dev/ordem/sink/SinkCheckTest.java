package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkCheckTest {
  /** Or a container would be started again and again, and find it each time. */
  @Test
  void whatAStartWouldFailAtIsSeenBeforeAndNamed() throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("replica")) {
      Map<String, String> variables =
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
              "POSTGRES_URL", "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
              "POSTGRES_USER", "postgres",
              "POSTGRES_PASSWORD", "postgres");
      Environment environment = Environment.of(variables);
      try (SinkService sink = new SinkService(environment, new SimpleMeterRegistry())) {
        environment.verify();
        assertThatThrownBy(sink::check)
            .isInstanceOf(StartException.class)
            .hasMessageContaining("set wal_level = logical");
      }
    }
  }
}
