package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.cli.StatusCommands;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
  private static final String CHECKS =
      """
      {"ok": false, "checks": [
        {"name": "api", "ok": true, "said": "loja: open, not asked of late"},
        {"name": "breaker", "ok": false, "said": "open since noon"},
        {"name": "keeper", "ok": true, "said": "looks after the tokens"}]}
      """;

  @Test
  void eachPartHasALineAndOthersInTheProcessANote() throws Exception {
    JsonNode ready =
        json(
            """
            {"live": true, "ready": true, "details": {"producer breaker": "open since noon",
             "detail-worker breaker": "open since one"}}
            """);
    assertThat(StatusCommands.Health.lines(ready, json(CHECKS), ZONE))
        .containsExactly(
            "producer  ok     ready",
            "          note   detail-worker breaker: open since one",
            "api       ok     loja: open, not asked of late",
            "breaker   NOT OK open since noon",
            "keeper    ok     looks after the tokens",
            "Times are of America/Sao_Paulo.");
  }

  @Test
  void aProducerThatIsNotReadySaysWhy() throws Exception {
    JsonNode ready =
        json("{\"live\": true, \"ready\": false, \"details\": {\"producer\": \"is starting\"}}");
    assertThat(StatusCommands.Health.lines(ready, json("{}"), ZONE))
        .startsWith("producer  NOT OK not ready", "          note   producer: is starting");
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }
}
