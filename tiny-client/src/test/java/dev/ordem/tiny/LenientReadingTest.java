package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.Priority;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real bytes over HTTP: what Tiny sends, what it sent once, and what it might send tomorrow. */
class LenientReadingTest {
  private static Tiny tiny;

  @BeforeAll
  static void start() throws Exception {
    tiny = new Tiny();
  }

  @AfterAll
  static void stop() {
    tiny.close();
  }

  private static final String DETAIL =
      """
      {"id":7,"situacao":"3","data":"2025-03-04","dataPrevista":"2025-03-05 14:30:00",
       "dataConclusao":"0000-00-00","totalServicos":"100","totalPecas":"99.9",
       "totalOrdemServico":"199.90","desconto":"0,00","orcar":"N","orcado":true,
       "equipamento":"Bomba\\n2 cv","equipamentoSerie":"","descricaoProblema":"","observacoes":"",
       "observacoesServico":"","observacoesInternas":"","tecnico":"Ana","numeroOrdemServico":"815",
       "alqComissao":0,"vlrComissao":0,"idForma":0,"idContaContabil":0,"idListaPreco":0,
       "idDeposito":0,"idLocalPrestacao":"0","vendedor":null,"categoria":{"id":0,"descricao":""},
       "formaPagamento":null,"contato":{"id":42,"nome":"Padaria Pão","endereco":null}}
      """;

  @Test
  void readsEveryFieldOfADetailAsTinySendsIt() throws Exception {
    OrderDetail detail = detail(DETAIL);

    assertThat(detail.situacao()).isEqualTo(3);
    assertThat(detail.data()).isEqualTo(LocalDate.of(2025, 3, 4));
    assertThat(detail.dataPrevista()).isEqualTo(LocalDateTime.of(2025, 3, 5, 14, 30));
    assertThat(detail.dataConclusao()).isNull();
    assertThat(detail.numeroOrdemServico()).isEqualTo("815");
    assertThat(detail.contatoId()).isEqualTo(42);
    assertThat(detail.contatoNome()).isEqualTo("Padaria Pão");
    assertThat(detail.tecnico()).isEqualTo("Ana");
    assertThat(detail.equipamento()).isEqualTo("Bomba\n2 cv");
    assertThat(detail.equipamentoSerie()).isNull();
    assertThat(detail.totalServicos()).isEqualTo("100");
    assertThat(detail.totalPecas()).isEqualTo("99.9");
    assertThat(detail.totalOrdemServico()).isEqualTo("199.90");
    assertThat(detail.raw().path("desconto").asText()).isEqualTo("0,00");
  }

  @Test
  void whatTinyUsuallySendsIsNoDrift() throws Exception {
    double before = allDrift();
    detail(DETAIL);
    detail(DETAIL.replace("formaPagamento\":null", "formaRecebimento\":{\"id\":1,\"nome\":\"x\"}"));
    detail(DETAIL.replace("\"orcar\":\"N\"", "\"orcar\":false"));
    assertThat(allDrift()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"0\"|0", "\"99.9\"|99.9", "\"0,00\"|0.00", "\"1.234,56\"|1234.56", "\"1,234.56\"|1234.56",
        "\"-5\"|-5", "12.50|12.50", "7|7", "\" 8 \"|8", "\"1.234.567,8\"|1234567.8"
      })
  void readsMoneyInEveryForm(String sent, BigDecimal read) throws Exception {
    assertThat(detail(withTotal(sent)).totalOrdemServico()).isEqualByComparingTo(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"\"100%\"", "\"abc\"", "true", "{}", "[1]", "\"1e999999999\"", "1e400", "\"1,2,3\""})
  void moneyThatIsNoneIsAbsentAndCounted(String sent) throws Exception {
    double before = tiny.drift("totalOrdemServico", "value");
    assertThat(detail(withTotal(sent)).totalOrdemServico()).isNull();
    assertThat(tiny.drift("totalOrdemServico", "value")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"2025-03-05 14:30:00\"|2025-03-05T14:30",
        "\"2025-03-05\"|2025-03-05T00:00",
        "\"2025-03-05T14:30:00\"|2025-03-05T14:30",
        "\"2025-03-05T14:30:00-03:00\"|2025-03-05T14:30",
        "\"2025-03-05T14:30:00.250Z\"|2025-03-05T11:30:00.250",
        "\"2025-03-05T01:30:00Z\"|2025-03-04T22:30",
        "\"2025-03-05 01:30:00 +0000\"|2025-03-04T22:30",
        "\"2025-03-05T23:30:00-05\"|2025-03-06T01:30",
        "\"2018-12-01T01:30:00Z\"|2018-11-30T23:30",
        "\"0001-01-01\"|0001-01-01T00:00",
        "\"9999-12-31 23:59:59\"|9999-12-31T23:59:59",
        "\"9999-12-31 23:59:59.999999999\"|9999-12-31T23:59:59.999999"
      })
  void readsDatesInEveryForm(String sent, LocalDateTime read) throws Exception {
    assertThat(detail(withPrevista(sent)).dataPrevista()).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"\"\"", "null", "\"0000-00-00\"", "\"0000-00-00 00:00:00\"", "\"   \""})
  void datesThatMeanNothingAreAbsentAndNoDrift(String sent) throws Exception {
    double before = tiny.drift("dataPrevista", "value");
    assertThat(detail(withPrevista(sent)).dataPrevista()).isNull();
    assertThat(tiny.drift("dataPrevista", "value")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"2025-02-30\"",
        "\"05/03/2025\"",
        "\"2025-3-5\"",
        "17",
        "{}",
        "\"ontem\"",
        "\"-0001-11-30 00:00:00\"",
        "\"-0001-11-30\"",
        "\"0000-12-31\"",
        "\"+10000-01-01\"",
        "\"10000-01-01\"",
        "\"0001-01-01T00:00:00Z\"",
        "\"+999999999-12-31T23:59:59-18:00\"",
        "\"2025-03-05T01:30:00+99\"",
        "1e400000"
      })
  void datesThatAreNoneAreAbsentAndCounted(String sent) throws Exception {
    double before = tiny.drift("dataPrevista", "value");
    assertThat(detail(withPrevista(sent)).dataPrevista()).isNull();
    assertThat(tiny.drift("dataPrevista", "value")).isEqualTo(before + 1);
  }

  @Test
  void numbersAsStringsAndStringsAsNumbersAreReadAndCountedAsDrift() throws Exception {
    OrderDetail detail =
        detail(
            "{\"id\":\"7\",\"situacao\":3,\"numeroOrdemServico\":815,\"contato\":{\"id\":\"42\"}}");

    assertThat(detail.id()).isEqualTo(7);
    assertThat(detail.situacao()).isEqualTo(3);
    assertThat(detail.numeroOrdemServico()).isEqualTo("815");
    assertThat(detail.contatoId()).isEqualTo(42);
    assertThat(tiny.drift("id", "type")).isPositive();
    assertThat(tiny.drift("situacao", "type")).isPositive();
    assertThat(tiny.drift("tecnico", "missing")).isPositive();
  }

  @Test
  void unknownFieldsAndNullObjectsDoNotHurt() throws Exception {
    OrderDetail detail =
        detail(
            "{\"id\":7,\"situacao\":\"0\",\"contato\":null,\"novo\":{\"a\":[1]},\"contato2\":[]}");

    assertThat(detail.contatoNome()).isNull();
    assertThat(detail.contatoId()).isNull();
    assertThat(tiny.drift("novo", "unknown")).isEqualTo(1);
  }

  @Test
  void aFloodOfUnknownFieldNamesStaysOneCounter() throws Exception {
    StringBuilder body = new StringBuilder("{\"id\":7,\"situacao\":\"0\"");
    for (int i = 0; i < 500; i++) {
      body.append(",\"campo").append(i).append("\":1");
    }
    detail(body + ",\"a b<>\":2}");
    assertThat(tiny.drift("other", "unknown")).isGreaterThan(290);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"situacao\":null,", "\"situacao\":\"\",", ""})
  void aSituacaoThatIsNotThereIsNullAndCounted(String situacao) throws Exception {
    OrderDetail detail = detail("{\"id\":7," + situacao + "\"tecnico\":\"Ana\"}");
    assertThat(detail.situacao()).isNull();
    assertThat(detail.tecnico()).isEqualTo("Ana");
    assertThat(tiny.drift("situacao", "value")).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"8\"|8",
        "8|8",
        "\" 12 \"|12",
        "32767|32767",
        "8.0|8",
        "32768|",
        "9999999999|",
        "-1|",
        "\"abc\"|",
        "true|",
        "{}|",
        "[3]|",
        "1e400000|",
        "3.5|",
        "\"3.5\"|"
      })
  void aCodeThatIsNotKnownIsKeptAndWhatIsNoneIsNullAndBothAreCounted(String sent, Integer read)
      throws Exception {
    double before = tiny.drift("situacao", "value");
    OrderDetail detail = detail("{\"id\":7,\"situacao\":" + sent + ",\"tecnico\":\"Ana\"}");
    assertThat(detail.situacao()).isEqualTo(read);
    assertThat(detail.tecnico()).isEqualTo("Ana");
    assertThat(tiny.drift("situacao", "value")).isEqualTo(before + 1);
  }

  @Test
  void oneBadHeaderNeverFailsItsPage() throws Exception {
    HeaderPage page =
        page(
            """
            {"itens":[
              {"id":1,"situacao":"0","data":"2025-01-01","dataPrevista":"","valor":null,
               "numeroOrdemServico":"1","cliente":{"id":5,"nome":"Ana"},
               "marcadores":[{"descricao":"urgente"},{"descricao":"garantia"}]},
              {"id":null,"situacao":"0"}, {"id":3,"situacao":"9"}, "what?", {"situacao":"1"},
              {"id":"6","situacao":"7","marcadores":["solto",null,{"descricao":""}],"cliente":""}],
             "paginacao":{"limit":10,"offset":20,"total":29645}}
            """);

    assertThat(page.headers()).extracting(OrderHeader::id).containsExactly(1L, 3L, 6L);
    assertThat(page.headers().get(1).situacao()).isEqualTo(9);
    assertThat(page.headers().get(0).marcadores()).containsExactly("urgente", "garantia");
    assertThat(page.headers().get(0).clienteNome()).isEqualTo("Ana");
    assertThat(page.headers().get(2).marcadores()).containsExactly("solto");
    assertThat(page.unreadable()).hasSize(3);
    assertThat(page.unreadable().get(0).message())
        .isEqualTo("field \"id\" is null where a positive number was expected");
    assertThat(page.unreadable().get(0).raw().path("situacao").asText()).isEqualTo("0");
    assertThat(page.limit()).isEqualTo(10);
    assertThat(page.offset()).as("as it was asked for").isZero();
    assertThat(tiny.drift("paginacao.offset", "value")).isEqualTo(1);
    assertThat(page.total()).isEqualTo(29645);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"itens\":[]}",
        "[]",
        "{\"itens\":[],\"paginacao\":null}",
        "{\"itens\":[],\"paginacao\":{\"limit\":\"100\",\"offset\":\"x\",\"total\":\"-1\"}}"
      })
  void anEmptyListIsAnEmptyPage(String body) throws Exception {
    HeaderPage page = page(body);
    assertThat(page.headers()).isEmpty();
    assertThat(page.limit()).isEqualTo(100);
    assertThat(page.offset()).isZero();
    assertThat(page.total()).isNull();
  }

  @Test
  void bodiesAreReadWhateverTheirContentTypeClaims() throws Exception {
    tiny.answering(
        Tiny.json(200, "\uFEFF" + DETAIL)
            .newBuilder()
            .setHeader("Content-Type", "text/html")
            .build());
    assertThat(tiny.client.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void keepsTheJsonAsReceived() throws Exception {
    OrderDetail detail =
        detail("{\"id\":7,\"situacao\":\"3\",\"x\":1.10,\"y\":12345678901234567890.5}");
    assertThat(detail.raw().toString())
        .isEqualTo("{\"id\":7,\"situacao\":\"3\",\"x\":1.10,\"y\":12345678901234567890.5}");
  }

  private static OrderDetail detail(String body) throws Exception {
    tiny.answering(Tiny.json(200, body));
    Answer<OrderDetail> answer = tiny.client.detail("default", 7, Priority.DETAIL);
    assertThat(answer).isInstanceOf(Answer.Ok.class);
    return ((Answer.Ok<OrderDetail>) answer).value();
  }

  private static HeaderPage page(String body) throws Exception {
    tiny.answering(Tiny.json(200, body));
    Answer<HeaderPage> answer = tiny.client.headers("default", Tiny.query());
    assertThat(answer).isInstanceOf(Answer.Ok.class);
    return ((Answer.Ok<HeaderPage>) answer).value();
  }

  private static String withTotal(String value) {
    return DETAIL.replace("\"totalOrdemServico\":\"199.90\"", "\"totalOrdemServico\":" + value);
  }

  private static String withPrevista(String value) {
    return DETAIL.replace("\"2025-03-05 14:30:00\"", value);
  }

  private static double allDrift() {
    return tiny.meters.find("ordem.tiny.drift").counters().stream()
        .mapToDouble(c -> c.count())
        .sum();
  }
}
