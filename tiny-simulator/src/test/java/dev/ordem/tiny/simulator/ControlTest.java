package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest {
  private TinySimulator tiny;
  private Caller caller;
  private SimulatedAccount account;

  @BeforeEach
  void start() {
    tiny =
        new TinySimulator(
                SimulatorSettings.inProcess()
                    .withOrders(40)
                    .withClients(Client.named("demo"), Client.named("other")),
                new SettableClock("2026-03-02T12:00:00Z"))
            .start();
    caller = new Caller(tiny);
    account = tiny.account();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void healthIsUp() throws Exception {
    assertThat(caller.control("GET", "/health", "").body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void theTruthIsHeaderDetailAndTransitionsOfEveryOrderDeletedOnesToo() throws Exception {
    account.advance(300);
    JsonNode truth = Caller.json(caller.control("GET", "/truth", ""));
    List<OrderTruth> expected = account.truth();
    assertThat(truth.path("account").asText()).isEqualTo("demo");
    assertThat(truth.path("at").asText()).isEqualTo("2026-03-02T12:00:00Z");
    assertThat(truth.path("orders")).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      JsonNode order = truth.path("orders").get(i);
      assertThat(order.path("id").asLong()).isEqualTo(expected.get(i).id());
      assertThat(order.path("deleted").asBoolean()).isEqualTo(expected.get(i).deleted());
      assertThat(order.path("header").toString()).isEqualTo(expected.get(i).header());
      assertThat(order.path("detail")).isEqualTo(Caller.json(expected.get(i).detail()));
      assertThat(order.path("transitions")).hasSize(expected.get(i).transitions().size());
    }
    assertThat(expected).anyMatch(OrderTruth::deleted);
  }

  @Test
  void verbsMeanTheAccountTheyName() throws Exception {
    done("POST", "/advance", "{\"steps\":30,\"account\":\"other\"}");
    done("POST", "/advance?account=other", "{\"steps\":3}");
    assertThat(stats("?account=other").path("steps").asInt()).isEqualTo(33);
    assertThat(stats("").path("steps").asInt()).isZero();
  }

  @Test
  void statsTellWhatArrived() throws Exception {
    long id = account.orderIds().get(0);
    caller.get("/ordem-servico/" + id);
    caller.get("/ordem-servico/" + id);
    caller.get("/ordem-servico");
    JsonNode stats = stats("?window=PT5S&window=PT1H&details=1");
    assertThat(stats.path("requests").asInt()).isEqualTo(3);
    assertThat(stats.at("/byEndpoint/detail").asInt()).isEqualTo(2);
    assertThat(stats.at("/byStatus/200").asInt()).isEqualTo(3);
    assertThat(stats.path("mostArrivals").toString()).isEqualTo("{\"PT5S\":3,\"PT1H\":3}");
    assertThat(stats.at("/detailReads/" + id).asInt()).isEqualTo(2);
    assertThat(stats.path("refreshTokensReused").asInt()).isZero();
    done("DELETE", "/stats", "");
    assertThat(stats("").path("requests").asInt()).isZero();
  }

  @Test
  void faultsWeatherOutageAndQuotaActOnTheNextCalls() throws Exception {
    done(
        "POST",
        "/faults",
        "{\"kind\":\"status\",\"status\":409,\"times\":2,\"endpoint\":\"list\"}");
    assertThat(status("/ordem-servico")).isEqualTo(409);
    done("DELETE", "/faults", "");
    assertThat(status("/ordem-servico")).isEqualTo(200);
    done("POST", "/weather", "{\"errors\":1}");
    assertThat(status("/ordem-servico")).isIn(500, 503);
    done("POST", "/weather", "{\"name\":\"calm\"}");
    done("POST", "/outage", "{\"on\":true}");
    assertThat(status("/ordem-servico")).isEqualTo(503);
    done("POST", "/outage", "{\"on\":false}");
    done("POST", "/quota", "{\"perWindow\":10,\"perSecond\":0,\"window\":\"PT1M\"}");
    HttpResponse<String> foreign = caller.control("POST", "/foreign", "{\"calls\":50}");
    assertThat(Caller.json(foreign).path("admitted").asInt()).isBetween(1, 10);
    assertThat(status("/ordem-servico")).isEqualTo(429);
  }

  @Test
  void tokensAreIssuedExpiredAndRevoked() throws Exception {
    HttpResponse<String> issued = caller.control("POST", "/tokens?account=other", "");
    caller.use(Caller.json(issued).path("access_token").asText());
    assertThat(status("/ordem-servico")).isEqualTo(200);
    assertThat(tiny.account("other").requests()).isEqualTo(1);
    done("POST", "/tokens/expire?account=other", "");
    assertThat(status("/ordem-servico")).isEqualTo(401);
    done("POST", "/tokens/revoke", "");
  }

  @Test
  void ordersAreOpenedChangedAndDeleted() throws Exception {
    long id = Caller.json(caller.control("POST", "/orders", "")).path("id").asLong();
    String order = "/orders/" + id;
    done("POST", order + "/situacao", "{\"situacao\":4}");
    done("POST", order + "/observacoes", "{\"observacoes\":\"olá\"}");
    done("POST", order + "/marcadores", "{\"marcadores\":[\"a\",\"b\"]}");
    done("POST", order + "/telefone", "{\"telefone\":\"123\"}");
    done("POST", order + "/forget-serial", "");
    JsonNode detail = caller.read("/ordem-servico/" + id);
    assertThat(detail.path("situacao").asText()).isEqualTo("4");
    assertThat(detail.path("observacoes").asText()).isEqualTo("olá");
    assertThat(detail.at("/contato/telefone").asText()).isEqualTo("123");
    assertThat(detail.path("equipamentoSerie").asText()).isEmpty();
    assertThat(caller.get("/ordem-servico/" + id + "/marcadores").body())
        .isEqualTo("[{\"descricao\":\"a\"},{\"descricao\":\"b\"}]");
    done("DELETE", order, "");
    assertThat(status("/ordem-servico/" + id)).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST|/advance|{}|400|steps",
        "POST|/advance|nonsense|400|nonsense",
        "POST|/faults|{\"kind\":\"flood\"}|400|STATUS",
        "POST|/faults|{\"kind\":\"status\"}|400|status",
        "POST|/weather|{\"errors\":2}|400|errors",
        "POST|/weather|{\"latency\":\"soon\"}|400|parsed",
        "POST|/quota|{\"perWindow\":-1}|400|perWindow",
        "POST|/advance?account=nobody|{\"steps\":1}|404|nobody",
        "POST|/orders/7/situacao|{\"situacao\":1}|404|7",
        "POST|/orders/x/situacao|{\"situacao\":1}|400|x",
        "POST|/orders/7/flood||404|flood",
        "GET|/unknown||404|unknown"
      })
  void whatIsWrongIsNamed(String method, String path, String body, int status, String named)
      throws Exception {
    HttpResponse<String> response = caller.control(method, path, body == null ? "" : body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(Caller.json(response).path("mensagem").asText()).contains(named);
  }

  @Test
  void theRateOfLifeIsSetForAll() throws Exception {
    done("POST", "/life", "{\"changesPerMinute\":60000}");
    await()
        .until(() -> stats("").path("steps").asInt() > 0 && tiny.account("other").life.steps() > 0);
    done("POST", "/life", "{\"changesPerMinute\":0}");
  }

  private JsonNode stats(String query) throws Exception {
    return Caller.json(caller.control("GET", "/stats" + query, ""));
  }

  private int status(String path) throws Exception {
    return caller.get(path).statusCode();
  }

  private void done(String method, String path, String json) throws Exception {
    HttpResponse<String> response = caller.control(method, path, json);
    assertThat(response.body()).isEqualTo("{\"done\":true}");
    assertThat(response.statusCode()).isEqualTo(200);
  }
}
