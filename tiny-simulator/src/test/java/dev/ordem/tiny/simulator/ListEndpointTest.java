package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListEndpointTest {
  private TinySimulator tiny;
  private Caller caller;

  @BeforeEach
  void start() {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(730)).start();
    caller = new Caller(tiny);
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void answersAnEnvelopeWithPagingThatTheSchemaForgot() throws Exception {
    JsonNode page = caller.read("/ordem-servico?limit=10&offset=3");
    assertThat(page.path("itens")).hasSize(10);
    assertThat(page.path("paginacao").toString())
        .isEqualTo("{\"limit\":10,\"offset\":3,\"total\":730}");
  }

  @Test
  void givesAHundredOfTheNewestWhenNothingIsAsked() throws Exception {
    List<Long> ids = caller.ids("");
    assertThat(ids).hasSize(100).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(ids.get(0)).isEqualTo(tiny.account().orderIds().get(729));
  }

  @Test
  void pagesInEitherDirectionTileTheWholeSetWhenNothingMoves() throws Exception {
    List<Long> ascending = new ArrayList<>();
    List<Long> descending = new ArrayList<>();
    for (int offset = 0; offset < 730; offset += 73) {
      ascending.addAll(caller.ids("orderBy=asc&limit=73&offset=" + offset));
      descending.addAll(0, caller.ids("orderBy=desc&limit=73&offset=" + offset));
    }
    assertThat(ascending).isEqualTo(tiny.account().orderIds());
    assertThat(descending).containsExactlyInAnyOrderElementsOf(ascending);
  }

  @Test
  void beyondTheEndThereIsAnEmptyPageWithTheTotal() throws Exception {
    JsonNode page = caller.read("/ordem-servico?offset=730");
    assertThat(page.path("itens").isArray()).isTrue();
    assertThat(page.path("itens")).isEmpty();
    assertThat(page.at("/paginacao/total").asInt()).isEqualTo(730);
  }

  @Test
  void bothEndsOfADateRangeAreIncluded() throws Exception {
    JsonNode any = caller.read("/ordem-servico?limit=1&offset=300").at("/itens/0");
    String day = any.path("data").asText();
    expect(
        "dataInicialEmissao=" + day + "&dataFinalEmissao=" + day,
        header -> header.path("data").asText().equals(day));
    expect("dataInicialEmissao=" + day, header -> header.path("data").asText().compareTo(day) >= 0);
    expect("dataFinalEmissao=" + day, header -> header.path("data").asText().compareTo(day) <= 0);
  }

  @Test
  void everyFilterGivesExactlyTheOrdersThatHaveIt() throws Exception {
    expect("situacao=6", header -> header.path("situacao").asText().equals("6"));
    expect("numeroOrdemServico=77", h -> h.path("numeroOrdemServico").asText().equals("77"));
    expect("idContato=500000014", h -> h.at("/cliente/id").asLong() == 500_000_014);
    expect("nomeCliente=pra%C3%A7a", h -> h.at("/cliente/nome").asText().contains("Praça"));
    expect("marcadores%5B%5D=urgente", header -> hasMarker(header, "urgente"));
    expect(
        "marcadores%5B%5D=urgente&marcadores%5B%5D=retorno",
        header -> hasMarker(header, "urgente") || hasMarker(header, "retorno"));
    expect(
        "situacao=3&dataInicialEmissao=2024-06-01&marcadores=garantia&nomeCliente=pa",
        header ->
            header.path("situacao").asText().equals("3")
                && header.path("data").asText().compareTo("2024-06-01") >= 0
                && header.at("/cliente/nome").asText().toLowerCase(Locale.ROOT).contains("pa")
                && hasMarker(header, "garantia"));
  }

  @Test
  void anAdvancedAccountIsStillIndexedRight() throws Exception {
    tiny.account().advance(2_000);
    for (int situacao = 0; situacao < 8; situacao++) {
      String wanted = Integer.toString(situacao);
      expect("situacao=" + wanted, header -> header.path("situacao").asText().equals(wanted));
    }
    expect("marcadores=urgente", header -> hasMarker(header, "urgente"));
  }

  @Test
  void nothingFoundIsTwoHundredWithNoItems() throws Exception {
    HttpResponse<String> response = caller.get("/ordem-servico?nomeCliente=ninguem-com-este-nome");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"itens\":[],\"paginacao\":{\"limit\":100,\"offset\":0,\"total\":0}}");
  }

  @ParameterizedTest
  @CsvSource({
    "situacao=8, situacao",
    "situacao=aberta, situacao",
    "dataInicialEmissao=01/02/2024, dataInicialEmissao",
    "dataFinalEmissao=2024-13-01, dataFinalEmissao",
    "orderBy=id, orderBy",
    "limit=101, limit",
    "limit=0, limit",
    "offset=-1, offset",
    "idContato=x, idContato"
  })
  void aWrongParameterIsNamedInAFourHundred(String query, String campo) throws Exception {
    HttpResponse<String> response = caller.get("/ordem-servico?" + query);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Caller.json(response).path("mensagem").asText()).isNotEmpty();
    assertThat(Caller.json(response).at("/detalhes/0/campo").asText()).isEqualTo(campo);
  }

  @Test
  void anOffsetShiftsUnderInsertsAndDeletions() throws Exception {
    List<Long> second = caller.ids("limit=10&offset=10");
    tiny.account().createOrder();
    assertThat(caller.ids("limit=10&offset=10").subList(1, 10)).isEqualTo(second.subList(0, 9));
    tiny.account().deleteOrder(tiny.account().orderIds().get(730));
    tiny.account().deleteOrder(tiny.account().orderIds().get(729));
    assertThat(caller.ids("limit=10&offset=10").subList(0, 9)).isEqualTo(second.subList(1, 10));
  }

  @Test
  void anOffsetShiftsUnderStatusChangesWhereAStatusIsAskedFor() throws Exception {
    String finished = "situacao=3&limit=10";
    long newest = caller.ids(finished).get(0);
    List<Long> second = caller.ids(finished + "&offset=10");
    tiny.account().setSituacao(newest, 4);
    assertThat(caller.ids(finished + "&offset=10").subList(0, 9)).isEqualTo(second.subList(1, 10));
  }

  private void expect(String query, Predicate<JsonNode> wanted) throws Exception {
    List<Long> expected = new ArrayList<>();
    for (TinySimulator.OrderTruth order : tiny.account().truth()) {
      if (!order.deleted() && wanted.test(Caller.json(order.header()))) {
        expected.add(order.id());
      }
    }
    assertThat(expected).as(query).isNotEmpty();
    List<Long> found = new ArrayList<>();
    for (int offset = 0; offset <= expected.size(); offset += 100) {
      found.addAll(caller.ids(query + "&orderBy=asc&offset=" + offset));
    }
    assertThat(found).as(query).isEqualTo(expected);
  }

  private static boolean hasMarker(JsonNode header, String marker) {
    for (JsonNode one : header.path("marcadores")) {
      if (one.path("descricao").asText().equals(marker)) {
        return true;
      }
    }
    return false;
  }
}
