package dev.ordem.quickstart.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.FakeProducer;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import dev.ordem.quickstart.cli.terminal.RunView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunWatchTest {
  private static final int PATIENCE = 3;
  private static final String AWAY = "{\"status\": 503, \"detail\": \"Postgres is away\"}";
  private static final String TROUBLE =
      """
      {"accounts": [{"account": "loja", "problem": "authorisation required"},
                    {"account": "other", "problem": null}]}
      """;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void theAccountsTroubleIsToldOnceAndCostsNoSumOverAllOrders() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    try (FakeProducer producer =
        new FakeProducer(
            request ->
                request.equals("GET /api/accounts")
                    ? TROUBLE
                    : looks.incrementAndGet() <= 25 ? "{\"status\": \"RUNNING\"}" : ended())) {
      assertThat(follow(producer).exitCode()).isZero();
      assertThat(said.toString(UTF_8))
          .containsOnlyOnce("Trouble: loja: authorisation required")
          .contains("is COMPLETE");
      assertThat(producer.asked().stream().filter("GET /api/accounts"::equals)).hasSize(3);
      assertThat(producer.asked()).noneMatch(request -> request.contains("/api/status"));
    }
  }

  @Test
  void whileARunGoesOnTheNeedOfEveryOtherAccountIsTold() throws Exception {
    String accounts =
        """
        {"accounts": [{"account": "loja", "state": "READY"},
          {"account": "filial", "state": "AUTHORISATION_REQUIRED",
           "problem": "Another company", "problemDetail": "ana, not bia"},
          {"account": "norte", "state": "AUTHORISATION_REQUIRED"}]}
        """;
    AtomicInteger looks = new AtomicInteger();
    try (FakeProducer producer =
        new FakeProducer(
            request ->
                request.equals("GET /api/accounts")
                    ? accounts
                    : looks.incrementAndGet() <= 2
                        ? "{\"status\": \"RUNNING\", \"account\": \"loja\"}"
                        : ended())) {
      assertThat(follow(producer).exitCode()).isZero();
      assertThat(said.toString(UTF_8))
          .contains(
              "Trouble: filial: Another company (ana, not bia); norte: ./ordem connect --account"
                  + " norte");
    }
  }

  @Test
  void aPartialRunNamesTheOrdersItLeftAndWhereTheOthersAre() throws Exception {
    String partial =
        """
        {"runId": "7", "mode": "full", "status": "PARTIAL", "error": "details: 3 …",
         "parked": {"total": 1003, "orders": [
           {"osId": 17, "cause": "http-500", "error": "GET /ordem-servico/17: 500"},
           {"osId": 18, "cause": "unreadable-body", "error": null}]}}
        """;
    try (FakeProducer producer = new FakeProducer(request -> partial)) {
      assertThat(follow(producer).exitCode()).isEqualTo(CommandFailure.PARTIAL);
      assertThat(said.toString(UTF_8).lines())
          .endsWith(
              "Details that could not be read, and why:",
              "  17  GET /ordem-servico/17: 500",
              "  18  unreadable-body",
              "  and 1,001 more: ./ordem failures");
    }
  }

  @Test
  void whyItStandsStillIsTold() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    String waits = "{\"status\": \"RUNNING\", \"waitsFor\": \"the sink\"}";
    try (FakeProducer producer =
        new FakeProducer(
            request ->
                request.equals("GET /api/accounts")
                    ? "{}"
                    : looks.incrementAndGet() == 1 ? waits : ended())) {
      follow(producer);
      assertThat(said.toString(UTF_8)).contains("Waiting: the sink");
    }
  }

  @Test
  void aReadThatMissedMostOrdersAsksAPerson() throws Exception {
    String asks = "{\"runId\": \"7\", \"status\": \"PARTIAL\", \"absences\": \"ASKED\"}";
    try (FakeProducer producer = new FakeProducer(request -> asks)) {
      assertThat(follow(producer).exitCode()).isEqualTo(CommandFailure.PARTIAL);
      assertThat(said.toString(UTF_8)).contains("./ordem resume 7 --confirm-absences");
    }
  }

  @Test
  void aLimitedRunSaysSo() {
    assertThat(new RunView(json("{\"status\": \"COMPLETE\", \"limited\": true}")).summary())
        .contains("COMPLETE, limited by --max");
  }

  @Test
  void aDatabaseThatIsAwayForAMomentIsToldAndEndsNothing() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    try (FakeProducer producer =
        new FakeProducer(request -> looks.incrementAndGet() <= PATIENCE - 1 ? AWAY : ended())) {
      assertThat(follow(producer).exitCode()).isZero();
      assertThat(said.toString(UTF_8))
          .containsOnlyOnce("Trouble: Postgres is away")
          .contains("is COMPLETE");
    }
  }

  @Test
  void aDatabaseThatStaysAwayIsUnreachable() throws Exception {
    try (FakeProducer producer = new FakeProducer(request -> AWAY)) {
      assertThatThrownBy(() -> follow(producer))
          .isInstanceOfSatisfying(
              CommandFailure.class,
              e -> assertThat(e.exitCode()).isEqualTo(CommandFailure.UNREACHABLE))
          .hasMessage("Postgres is away");
      assertThat(producer.asked()).hasSize(PATIENCE);
    }
  }

  private static String ended() {
    return "{\"runId\": \"7\", \"mode\": \"full\", \"status\": \"COMPLETE\"}";
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private RunView follow(FakeProducer producer) throws InterruptedException {
    try (RunDisplay display =
        new RunDisplay(new PrintStream(said, true, UTF_8), false, InstantSource.system())) {
      return new RunWatch(producer.api(), display, PATIENCE, time -> false)
          .follow("7")
          .orElseThrow();
    }
  }
}
