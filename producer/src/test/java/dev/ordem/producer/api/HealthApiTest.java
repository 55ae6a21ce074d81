package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.ServicePresence;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.http.TinyError;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be reached. */
class HealthApiTest {
  private static ApiServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new ApiServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    server.clear();
    server.tiny = ApiServer.total(260);
    server.database.execute(
        "INSERT INTO tiny_quota (account, per_second, per_window, window_ms, per_hour)"
            + " VALUES ('loja', 4, 30, 60000, 0)");
  }

  @Test
  void healthNamesEachPartAndAsksTinyOnlyWhenToldTo() throws Exception {
    server.database.execute(
        "UPDATE tiny_quota SET closed_until = 'infinity', closed_reason = 'quota'");
    JsonNode health = server.get("/api/health");
    assertThat(health.path("ok").asBoolean()).isTrue();
    assertThat(health.path("checks").findValuesAsText("name"))
        .containsExactly("api", "breaker", "keeper", "token", "kafka", "postgres", "sink", "clock");
    assertThat(server.asked).isEmpty();
    assertThat(server.body(server.post("/api/health", "{}"), 200).path("checks").toString())
        .contains("it answered");
    assertThat(server.asked).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "api,forbidden",
    "api,probe",
    "breaker,breaker",
    "keeper,keeper",
    "token,token",
    "token,expired",
    "api,starved",
    "kafka,kafka",
    "sink,sink",
    "postgres,postgres"
  })
  void whatIsBrokenIsNamedAndNotOk(String name, String broken) throws Exception {
    switch (broken) {
      case "forbidden" ->
          server.database.execute(
              "UPDATE tiny_quota SET closed_until = 'infinity', closed_reason = 'account'");
      case "probe" ->
          server.tiny =
              new Answer.Failed<>(
                  new TinyError(TinyError.Cause.NOT_SENT, "no connection", null, null));
      case "breaker" ->
          server.client = new ClientHealth(true, "open since noon", null, null, false, Map.of());
      case "keeper" ->
          server.client = new ClientHealth(true, null, "last at noon", null, false, Map.of());
      case "token" -> server.account = ApiServer.account(30, "connect it again", null);
      case "expired" -> server.account = ApiServer.expired("the token endpoint is away");
      case "starved" ->
          server.database.execute("UPDATE tiny_quota SET starved_at = now() - interval '1 hour'");
      case "sink" ->
          server.services = List.of(new ServicePresence("sink", true, "nobody started it"));
      case "kafka" -> server.kafka = Optional.of("does not answer");
      default -> server.source = null;
    }
    HttpResponse<String> answer = server.post("/api/health", "{}");
    assertThat(server.body(answer, 503).path("detail").asText()).contains(name + ": ");
    List<String> bad = new ArrayList<>();
    new ObjectMapper()
        .readTree(answer.body())
        .path("checks")
        .forEach(
            check -> {
              if (!check.path("ok").asBoolean()) {
                bad.add(check.path("name").asText());
              }
            });
    if (broken.equals("postgres")) {
      assertThat(bad).containsExactlyInAnyOrder("api", "token", "postgres");
    } else {
      assertThat(bad).containsExactly(name);
    }
  }

  @Test
  void anAccountThatIsNotThereIsNotAsked() throws Exception {
    HttpResponse<String> answer = server.post("/api/health", "{\"account\": \"outra\"}");
    assertThat(server.body(answer, 404).path("detail").asText())
        .startsWith("there is no account outra");
  }

  @Test
  void thatThereIsNoAccountIsNamedWithWhatToDo() throws Exception {
    server.connected = false;
    server.body(server.post("/api/health", "{}"), 503);
    assertThat(server.asked).as("nobody can be").isEmpty();
    HttpResponse<String> answer = server.send("GET", "/api/health", "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body())
        .contains("./ordem connect", "TINY_CLIENT_ID, TINY_CLIENT_SECRET and TINY_REFRESH_TOKEN");
  }

  @Test
  void aClockThatIsWrongIsNamed() {
    ApiDatabase database = new ApiDatabase(() -> Optional.ofNullable(server.source));
    Clock right = Clock.systemUTC();
    assertThat(new ClockCheck(database, right).trouble()).isEmpty();
    assertThat(new ClockCheck(database, Clock.offset(right, Duration.ofMinutes(2))).trouble())
        .get()
        .asString()
        .contains("ahead of Postgres'", "set-ntp");
    assertThat(new ClockCheck(database, Clock.offset(right, Duration.ofMinutes(-2))).trouble())
        .get()
        .asString()
        .contains("behind Postgres'");
  }
}
