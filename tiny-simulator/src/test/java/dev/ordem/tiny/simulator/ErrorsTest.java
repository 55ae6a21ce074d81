package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  private TinySimulator tiny;
  private Caller caller;
  private SimulatedAccount account;

  @BeforeEach
  void start() {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(20)).start();
    caller = new Caller(tiny);
    account = tiny.account();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "a.b.c"})
  void withoutAKnownTokenTheAnswerIs401AndNobodysQuota(String token) throws Exception {
    caller.use(token);
    HttpResponse<String> response = caller.get("/ordem-servico");
    assertError(response, 401);
    assertThat(account.requests()).isZero();
  }

  @Test
  void aRefreshTokenOpensNothing() throws Exception {
    JsonNode tokens =
        Caller.json(
            caller.token(
                Map.of(
                    "grant_type", "refresh_token",
                    "refresh_token", "demo",
                    "client_id", "demo",
                    "client_secret", "demo")));
    caller.use(tokens.path("refresh_token").asText());
    assertError(caller.get("/ordem-servico"), 401);
    caller.use(tokens.path("access_token").asText());
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/ordem-servico/12, 404",
    "/ordem-servico/12/marcadores, 404",
    "/ordem-servico/abc, 400",
    "/ordem-servico/99999999999999999999, 400",
    "/ordem-servico/12/itens, 404",
    "/ordem-servico/12/situacao, 405",
    "/ordem-servicos, 404",
    "/pedidos, 404"
  })
  void aCallThatLeadsNowhereIsToldSo(String path, int status) throws Exception {
    assertError(caller.get(path), status);
  }

  @Test
  void aDeletedOrderLeavesTheListAndItsDetailIs404() throws Exception {
    long id = account.orderIds().get(5);
    account.deleteOrder(id);
    assertError(caller.get("/ordem-servico/" + id), 404);
    assertThat(caller.ids("")).hasSize(19).doesNotContain(id);
    assertThat(account.truth()).filteredOn(TinySimulator.OrderTruth::deleted).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 500, 503})
  void everyKnownErrorCanBeOrderedAndHasAMessage(int status) throws Exception {
    account.failNext(Fault.status(status), 2);
    assertError(caller.get("/ordem-servico"), status);
    assertError(caller.get("/ordem-servico/" + account.orderIds().get(0)), status);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
  }

  @Test
  void tooManyCallsIsAnEmptyAnswerThatSaysNothingAboutRetrying() throws Exception {
    account.failNext(Fault.status(429), 1);
    HttpResponse<String> response = caller.get("/ordem-servico");
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
  }

  @Test
  void everyAnswerHasARequestIdOfItsOwn() throws Exception {
    String path = "/ordem-servico/" + account.orderIds().get(0);
    List<String> ids =
        List.of(
            caller.get(path).headers().firstValue("X-Request-Id").orElseThrow(),
            caller.get(path).headers().firstValue("X-Request-Id").orElseThrow(),
            caller.token(Map.of()).headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void aChangedSituacaoIsA204AndATransition() throws Exception {
    long id = account.orderIds().get(0);
    account.setSituacao(id, 0);
    int before = transitions(id).size();
    HttpResponse<String> response =
        caller.put("/ordem-servico/" + id + "/situacao", "{\"situacao\":7}");
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
    assertThat(caller.read("/ordem-servico/" + id).path("situacao").asText()).isEqualTo("7");
    assertThat(transitions(id)).hasSize(before + 1);
    assertThat(transitions(id).get(before))
        .extracting(Transition::sequence, Transition::from, Transition::to)
        .containsExactly(before + 1, 0, 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"situacao\":8}", "{\"situacao\":\"3\"}", "{}", "nonsense", ""})
  void aSituacaoThatIsNoneIsRefused(String body) throws Exception {
    long id = account.orderIds().get(0);
    HttpResponse<String> response = caller.put("/ordem-servico/" + id + "/situacao", body);
    assertError(response, 400);
    assertThat(Caller.json(response).path("detalhes")).hasSize(1);
    assertThat(transitions(id)).isEmpty();
  }

  @Test
  void anUnknownOrderCannotChange() throws Exception {
    assertError(caller.put("/ordem-servico/1/situacao", "{\"situacao\":3}"), 404);
  }

  @Test
  void anOutageIs503ForAllThatTheQuotaAdmitsAndCostsIt() throws Exception {
    account.limits(new SimulatorSettings.Limits(3, 0, Duration.ofDays(1)));
    account.outage(true);
    assertError(caller.get("/ordem-servico"), 503);
    assertError(caller.get("/ordem-servico/1"), 503);
    account.outage(false);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(429);
    assertThat(account.requests()).isEqualTo(4);
  }

  private List<Transition> transitions(long id) {
    return account.truth().stream()
        .filter(o -> o.id() == id)
        .findFirst()
        .orElseThrow()
        .transitions();
  }

  private static void assertError(HttpResponse<String> response, int status) throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Caller.json(response).path("mensagem").asText()).isNotEmpty();
    assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
  }
}
