package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import dev.ordem.tiny.simulator.TinySimulator.Fault.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private TinySimulator tiny;
  private Caller caller;
  private SimulatedAccount account;
  private String detail;
  private String truth;

  @BeforeEach
  void start() throws Exception {
    tiny =
        new TinySimulator(
                SimulatorSettings.inProcess().withOrders(20),
                InstantSource.system(),
                new ResponseWriter(pauses::add))
            .start();
    caller = new Caller(tiny);
    account = tiny.account();
    detail = "/ordem-servico/" + account.orderIds().get(3);
    truth = caller.get(detail).body();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aConnectionIsCutBeforeOrInsideTheAnswerAndTheNextCallIsWhole() throws Exception {
    account.failNext(Fault.dropConnection(), 2);
    account.failNext(Fault.dropMidBody(), 1);
    // The JDK's client repeats a GET once by itself when nothing of an answer has come.
    assertThatThrownBy(() -> caller.get(detail)).isInstanceOf(IOException.class);
    account.clearFaults();
    account.failNext(Fault.dropMidBody(), 1);
    assertThatThrownBy(() -> caller.get(detail)).isInstanceOf(IOException.class);
    assertThat(caller.get(detail).body()).isEqualTo(truth);
    assertThat(account.arrivals()).extracting(Arrival::status).contains(0);
  }

  @Test
  void aTruncatedBodyIsACompleteAnswerWithHalfOfTheJson() throws Exception {
    account.failNext(Fault.truncateBody(), 1);
    HttpResponse<String> response = caller.get(detail);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(truth).startsWith(response.body().substring(0, 100));
    assertThatThrownBy(() -> Caller.json(response)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aMalformedBodyIsNoJson() throws Exception {
    account.failNext(Fault.malformedBody(), 1);
    HttpResponse<String> response = caller.get("/ordem-servico");
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThatThrownBy(() -> Caller.json(response)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aPageForPeopleComesWithStatus200() throws Exception {
    account.failNext(Fault.htmlWith200(), 1);
    HttpResponse<String> response = caller.get(detail);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).contains("text/html");
    assertThat(response.body()).contains("manutenção");
  }

  @Test
  void theRightBodyMayBeCalledSomethingElse() throws Exception {
    account.failNext(Fault.wrongContentType(), 1);
    HttpResponse<String> response = caller.get(detail);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain");
    assertThat(response.body()).isEqualTo(truth);
  }

  @Test
  void aSlowBodyComesInDropsOverTheTimeOrdered() throws Exception {
    account.failNext(Fault.slowBody(Duration.ofSeconds(60)), 1);
    assertThat(caller.get(detail).body()).isEqualTo(truth);
    assertThat(pauses).hasSizeGreaterThan(10).allMatch(Duration.ofSeconds(3)::equals);
  }

  @Test
  void aDelayedAnswerIsLateAndWhole() throws Exception {
    account.failNext(Fault.delay(Duration.ofSeconds(60)), 1);
    assertThat(caller.get(detail).body()).isEqualTo(truth);
    assertThat(pauses).containsExactly(Duration.ofSeconds(60));
  }

  @Test
  void aHugeBodyIsAsLargeAsOrderedAndStillJson() throws Exception {
    account.failNext(Fault.hugeBody(5), 1);
    HttpResponse<String> response = caller.get(detail);
    assertThat(response.body().length()).isGreaterThan(5 * 1024 * 1024);
    assertThat(Caller.json(response).path("observacoes").isTextual()).isTrue();
  }

  @Test
  void faultsHitOnlyTheCallsTheyAreFor() throws Exception {
    long poisoned = account.orderIds().get(3);
    account.failNext(Fault.status(503).on(Endpoint.LIST), 1);
    account.failNext(Fault.status(500).ofOrder(poisoned), Integer.MAX_VALUE);
    assertThat(caller.get("/ordem-servico/" + account.orderIds().get(4)).statusCode())
        .isEqualTo(200);
    assertThat(caller.get(detail).statusCode()).isEqualTo(500);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(503);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
    assertThat(caller.get(detail).statusCode()).isEqualTo(500);
    account.clearFaults();
    assertThat(caller.get(detail).statusCode()).isEqualTo(200);
  }

  @Test
  void aFaultInsteadOfTheAnswerLeavesTheAccountAsItWas() throws Exception {
    String before = truth;
    account.failNext(Fault.status(500), 1);
    caller.put(detail + "/situacao", "{\"situacao\":7}");
    assertThat(caller.get(detail).body()).isEqualTo(before);
  }

  @Test
  void weatherIsDrawnInTheSharesGivenAndTheSameForTheSameSeed() {
    Weather weather = new Weather(Duration.ZERO, 0.1, 0.05, 0.02, 0.01);
    Map<Kind, Integer> drawn = draw(new FaultPlan(weather, 7));
    assertThat(drawn.get(Kind.STATUS)).isBetween(900, 1_100);
    assertThat(
            drawn.getOrDefault(Kind.DROP_CONNECTION, 0) + drawn.getOrDefault(Kind.DROP_MID_BODY, 0))
        .isBetween(430, 570);
    assertThat(drawn.get(Kind.SLOW_BODY)).isBetween(60, 140);
    assertThat(drawn).containsKeys(Kind.TRUNCATED_BODY, Kind.MALFORMED_BODY, Kind.HTML_WITH_200);
    assertThat(draw(new FaultPlan(weather, 7))).isEqualTo(drawn);
    assertThat(draw(new FaultPlan(weather, 8))).isNotEqualTo(drawn);
    assertThat(draw(new FaultPlan(Weather.calm(), 7))).containsOnlyKeys(Kind.NONE);
  }

  @Test
  void readsTakeAboutTheMedianAndAtMostFourTimesAsLong() throws Exception {
    account.weather(Weather.calm().withLatency(Duration.ofMillis(270)));
    for (int i = 0; i < 201; i++) {
      caller.get(detail);
    }
    List<Duration> sorted = pauses.stream().sorted().toList();
    assertThat(sorted).hasSize(201);
    assertThat(sorted.get(100)).isBetween(Duration.ofMillis(240), Duration.ofMillis(300));
    assertThat(sorted.get(200)).isLessThanOrEqualTo(Duration.ofMillis(1080));
    assertThat(sorted.get(0)).isLessThan(Duration.ofMillis(200));
  }

  private static Map<Kind, Integer> draw(FaultPlan skies) {
    Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
    for (int i = 0; i < 10_000; i++) {
      drawn.merge(skies.next(Endpoint.DETAIL, 1).kind(), 1, Integer::sum);
    }
    return drawn;
  }
}
