package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetailEndpointTest {
  private static final List<String> KEYS =
      List.of(
          ("alqComissao categoria contato dataConclusao data dataPrevista desconto"
                  + " descricaoProblema equipamento equipamentoSerie id idContaContabil idDeposito"
                  + " idForma idListaPreco idLocalPrestacao numeroOrdemServico observacoes"
                  + " observacoesInternas observacoesServico orcado orcar situacao tecnico"
                  + " totalOrdemServico totalPecas totalServicos vendedor vlrComissao")
              .split(" "));
  private static TinySimulator tiny;
  private static Caller caller;
  private static List<JsonNode> details;
  private static List<JsonNode> headers;

  @BeforeAll
  static void start() throws Exception {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(2_000)).start();
    caller = new Caller(tiny);
    tiny.account().advance(500);
    headers = new ArrayList<>();
    details = new ArrayList<>();
    for (int offset = 0; offset < tiny.account().orderIds().size(); offset += 100) {
      caller.read("/ordem-servico?offset=" + offset).path("itens").forEach(headers::add);
    }
    for (OrderTruth order : tiny.account().truth()) {
      details.add(Caller.json(order.detail()));
    }
  }

  @AfterAll
  static void stop() {
    tiny.close();
  }

  @Test
  void overHttpTheDetailIsTheTruth() throws Exception {
    for (OrderTruth order : tiny.account().truth().subList(0, 50)) {
      HttpResponse<String> response = caller.get("/ordem-servico/" + order.id());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(response.body()).isEqualTo(order.detail());
    }
  }

  @Test
  void hasThirtyKeysOfWhichOneWasRenamed() {
    for (JsonNode detail : details) {
      Set<String> names = new TreeSet<>(detail.propertyStream().map(e -> e.getKey()).toList());
      assertThat(names).hasSize(30).containsAll(KEYS);
      names.removeAll(KEYS);
      assertThat(names).isSubsetOf("formaPagamento", "formaRecebimento");
    }
    assertThat(kinds(d -> d.has("formaPagamento"))).containsExactlyInAnyOrder(true, false);
    assertThat(kinds(d -> d.path("formaRecebimento").getNodeType()))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("MISSING", "NULL", "OBJECT");
  }

  @Test
  void carriesSituacaoAsAStringDigit() {
    assertThat(texts("situacao")).containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7");
    assertThat(headers).allMatch(header -> header.path("situacao").isTextual());
  }

  @Test
  void saysADueDateInThreeForms() {
    Pattern dateTime = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");
    assertThat(texts("dataPrevista"))
        .contains("", "0000-00-00 00:00:00")
        .allMatch(text -> text.isEmpty() || dateTime.matcher(text).matches())
        .hasSizeGreaterThan(10);
  }

  @Test
  void saysNoConclusionEvenOfFinishedOrders() {
    Set<String> finished =
        details.stream()
            .filter(detail -> detail.path("situacao").asText().equals("3"))
            .map(detail -> detail.path("dataConclusao").asText())
            .collect(Collectors.toSet());
    assertThat(finished)
        .contains("", "0000-00-00")
        .anyMatch(text -> text.matches("20\\d\\d-\\d\\d-\\d\\d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"totalServicos", "totalPecas", "totalOrdemServico"})
  void totalsAreStringsWithoutPadding(String name) {
    assertThat(details).allMatch(detail -> detail.path(name).isTextual());
    assertThat(texts(name))
        .contains("0")
        .allMatch(text -> text.matches("\\d+(\\.\\d?[1-9])?"))
        .anyMatch(text -> text.matches("\\d+\\.\\d"));
  }

  @Test
  void saysADiscountInFiveForms() {
    assertThat(texts("desconto")).contains("0,00", "0", "50", "100%", "999,99");
  }

  @Test
  void flagsWereLettersUntilMayOfTwentyTwentyFiveAndAreBooleansSince() {
    for (JsonNode detail : details) {
      boolean since = detail.path("data").asText().compareTo("2025-05-01") >= 0;
      for (String flag : List.of("orcar", "orcado")) {
        assertThat(detail.path(flag).isBoolean()).isEqualTo(since);
        assertThat(detail.path(flag).asText()).isIn("true", "false", "S", "N");
      }
    }
    assertThat(texts("orcar")).containsExactlyInAnyOrder("true", "false", "S", "N");
  }

  @Test
  void freeTextHoldsLineBreaksQuotesAccentsAndEmoji() {
    String all =
        details.stream()
            .flatMap(
                d ->
                    List.of(
                        d.path("equipamento"),
                        d.path("descricaoProblema"),
                        d.path("observacoes"),
                        d.path("observacoesInternas"),
                        d.path("tecnico"))
                        .stream())
            .map(JsonNode::asText)
            .collect(Collectors.joining("|"));
    assertThat(all).contains("\n", "\r\n", "\"", "\\", "\t", "ç", "📱", "💧");
    assertThat(texts("numeroOrdemServico")).anyMatch(numero -> numero.endsWith("\n"));
  }

  @Test
  void aSerialNumberMayBeForgotten() throws Exception {
    OrderTruth order =
        tiny.account().truth().stream()
            .filter(o -> o.detail().contains("\"equipamentoSerie\":\"SN-"))
            .findFirst()
            .orElseThrow();
    tiny.account().forgetSerial(order.id());
    JsonNode after = caller.read("/ordem-servico/" + order.id());
    assertThat(after.path("equipamentoSerie").asText()).isEmpty();
    assertThat(order.lastSerial()).startsWith("SN-");
    assertThat(tiny.account().truth())
        .filteredOn(o -> o.id() == order.id())
        .allMatch(o -> o.lastSerial().equals(order.lastSerial()));
  }

  @Test
  void idsAreIntegersButThePlaceOfServiceIsAString() {
    for (String name :
        List.of("id", "vlrComissao", "idForma", "idContaContabil", "idListaPreco", "idDeposito")) {
      assertThat(details).allMatch(detail -> detail.path(name).isIntegralNumber());
    }
    assertThat(details).allMatch(detail -> detail.path("alqComissao").isNumber());
    assertThat(texts("idLocalPrestacao")).containsExactlyInAnyOrder("0", "");
  }

  @Test
  void aSellerIsAnObjectOrNullAndACategoryAlwaysAnObject() {
    assertThat(kinds(detail -> detail.path("vendedor").getNodeType().name()))
        .containsExactlyInAnyOrder("NULL", "OBJECT");
    assertThat(details).allMatch(detail -> detail.path("categoria").has("descricao"));
  }

  @Test
  void aContactHasOddAddressesAndEmptyFields() {
    assertThat(kinds(detail -> detail.at("/contato/endereco").getNodeType().name()))
        .containsExactlyInAnyOrder("NULL", "OBJECT");
    assertThat(kinds(d -> d.at("/contato/tipoPessoa").asText())).contains("", "J", "F", "E", "X");
    assertThat(kinds(detail -> detail.at("/contato/endereco/uf").asText())).contains(" ", "SP");
    assertThat(kinds(detail -> detail.at("/contato/endereco/cep").asText().replaceAll("\\d", "9")))
        .contains("99999999", "99999-999", "99.999-999");
    assertThat(kinds(detail -> detail.at("/contato/telefone").asText())).contains("");
  }

  @Test
  void theHeaderHasMarkersAndACustomerAndNeverTheTotal() {
    for (JsonNode header : headers) {
      assertThat(header.propertyStream().map(e -> e.getKey()))
          .containsExactlyInAnyOrder(
              "id",
              "situacao",
              "data",
              "dataPrevista",
              "valor",
              "numeroOrdemServico",
              "cliente",
              "marcadores");
      JsonNode valor = header.path("valor");
      assertThat(valor.isNull() || valor.intValue() == 0).isTrue();
    }
    assertThat(headers).anyMatch(header -> header.path("valor").isNull());
    assertThat(headers).anyMatch(header -> header.path("valor").isNumber());
    assertThat(headers).anyMatch(header -> header.path("marcadores").size() > 1);
    assertThat(details).noneMatch(d -> d.has("marcadores") || d.has("cliente"));
  }

  @Test
  void markersOfOneOrderAreARawArray() throws Exception {
    JsonNode header =
        headers.stream().filter(h -> !h.path("marcadores").isEmpty()).findFirst().orElseThrow();
    HttpResponse<String> markers =
        caller.get("/ordem-servico/" + header.path("id").asText() + "/marcadores");
    assertThat(markers.statusCode()).isEqualTo(200);
    assertThat(Caller.json(markers)).isEqualTo(header.path("marcadores"));
  }

  @Test
  void emissionDatesAreNotMonotone() {
    List<String> dates = headers.stream().map(header -> header.path("data").asText()).toList();
    int inversions = 0;
    for (int i = 1; i < dates.size(); i++) {
      inversions += dates.get(i).compareTo(dates.get(i - 1)) > 0 ? 1 : 0;
    }
    assertThat(inversions).isGreaterThan(50);
  }

  private static Set<String> texts(String name) {
    return kinds(detail -> detail.path(name).asText());
  }

  private static <T> Set<T> kinds(Function<JsonNode, T> kind) {
    return details.stream().map(kind).collect(Collectors.toSet());
  }
}
