package dev.ordem.detail.ledger.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.detail.ledger.Given;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.OrderReader;
import dev.ordem.tiny.order.SchemaDrift;
import dev.ordem.tiny.order.StorableJson;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptFieldsTest {
  private static final Header HEADER = Given.header(1, 2, "Nome na lista");
  private static final String WHOLE =
      """
      {"id": 7, "situacao": "3", "data": "2026-01-02", "dataPrevista": "2026-01-09",
       "dataConclusao": "2026-01-08", "numeroOrdemServico": "1042", "tecnico": "Ana",
       "contato": {"id": 77, "nome": "Oficina"}, "equipamento": "Notebook",
       "equipamentoSerie": "SN-1", "totalServicos": "99.9", "totalPecas": "10",
       "totalOrdemServico": "109.9", "observacoes": "ligar antes", "formaPagamento": {"id": 1}}
      """;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data",
        "dataPrevista",
        "dataConclusao",
        "numeroOrdemServico",
        "tecnico",
        "contato",
        "equipamento",
        "equipamentoSerie",
        "totalServicos",
        "totalPecas",
        "totalOrdemServico",
        "observacoes"
      })
  void whatADetailLeavesOutStandsAsItWasAndCountsAsDrift(String field) throws Exception {
    Detail before = detail(WHOLE);
    ObjectNode less = (ObjectNode) Given.json(WHOLE);
    less.remove(field);
    double counted = missing(field);

    Detail kept = KeptFields.of(detail(less.toString()), before);

    assertThat(kept).isEqualTo(before);
    assertThat(missing(field)).isEqualTo(counted + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \""})
  void whatADetailSaysToBeNothingIsNothing(String nothing) throws Exception {
    ObjectNode said = (ObjectNode) Given.json(WHOLE);
    for (String field : List.of("tecnico", "dataConclusao", "totalPecas", "observacoes")) {
      said.set(field, Given.json(nothing));
    }

    Detail kept = KeptFields.of(detail(said.toString()), detail(WHOLE));

    assertThat(kept.tecnico()).isNull();
    assertThat(kept.dataConclusao()).isNull();
    assertThat(kept.totalPecas()).isNull();
    assertThat(kept.raw()).isEqualTo(said);
    assertThat(kept.equipamento()).isEqualTo("Notebook");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\""})
  void aSerialNumberIsNeverTakenBackButReplaced(String nothing) throws Exception {
    ObjectNode said = (ObjectNode) Given.json(WHOLE);
    said.set("equipamentoSerie", Given.json(nothing));

    Detail kept = KeptFields.of(detail(said.toString()), detail(WHOLE));
    assertThat(kept.equipamentoSerie()).isEqualTo("SN-1");
    assertThat(kept.raw().path("equipamentoSerie").asText()).isEqualTo("SN-1");

    Detail other = KeptFields.of(detail(WHOLE.replace("SN-1", "SN-2")), kept);
    assertThat(other.equipamentoSerie()).isEqualTo("SN-2");
  }

  @Test
  void aFieldThatIsNoneOfTinysIsAsTheLastDetailHasItAndARenamedOneIsNotThereTwice()
      throws Exception {
    Detail before = detail(WHOLE.replace("\"id\": 7", "\"id\": 7, \"invented\": 1"));

    Detail kept =
        KeptFields.of(detail(WHOLE.replace("formaPagamento", "formaRecebimento")), before);

    assertThat(kept.raw().has("invented")).isFalse();
    assertThat(kept.raw().has("formaPagamento")).isFalse();
    assertThat(kept.raw().has("formaRecebimento")).isTrue();
  }

  @Test
  void aFirstDetailIsAsItWasRead() throws Exception {
    Detail read = detail("{\"id\": 7}");
    assertThat(KeptFields.of(read, null)).isSameAs(read);
  }

  @Test
  void markersThatTheListDoesNotSpeakOfStay() {
    Header silent = marked("{\"id\":1}");
    Header none = marked("{\"id\":1,\"marcadores\":[]}");
    Header nothing = marked("{\"id\":1,\"marcadores\":null}");
    assertThat(KeptFields.of(silent, HEADER, null).marcadores()).containsExactly("urgente");
    assertThat(KeptFields.of(nothing, HEADER, null).marcadores()).containsExactly("urgente");
    assertThat(KeptFields.of(none, HEADER, null).marcadores()).isEmpty();
    assertThat(KeptFields.of(silent, null, null).marcadores()).isEmpty();
  }

  @Test
  void whatTheListLeavesOutStandsAsItWasAndWhatItSaysToBeNothingIsNothing() {
    Header silent = new Header(1, 2, null, null, null, null, null, null, List.of(), raw("{}"));
    Header kept = KeptFields.of(silent, HEADER, null);
    assertThat(kept.data()).isEqualTo(HEADER.data());
    assertThat(kept.numeroOrdemServico()).isEqualTo("1042");
    assertThat(kept.clienteNome()).isEqualTo("Nome na lista");
    assertThat(kept.raw().path("cliente")).isEqualTo(HEADER.raw().path("cliente"));

    String nothing = "{\"data\":\"\",\"numeroOrdemServico\":null,\"cliente\":null}";
    Header said = new Header(1, 2, null, null, null, null, null, null, List.of(), raw(nothing));
    Header gone = KeptFields.of(said, HEADER, null);
    assertThat(gone.data()).isNull();
    assertThat(gone.numeroOrdemServico()).isNull();
    assertThat(gone.clienteNome()).isNull();
  }

  private double missing(String field) {
    return meters.counter("ordem.tiny.drift", "field", field, "kind", "missing").count();
  }

  /** As the client reads it. */
  private Detail detail(String json) throws Exception {
    OrderDetail read =
        new OrderReader(new SchemaDrift(meters))
            .detail(StorableJson.of(json.getBytes(StandardCharsets.UTF_8)), 7);
    return new Detail(
        read.id(),
        read.situacao(),
        read.data(),
        read.dataPrevista(),
        read.dataConclusao(),
        read.numeroOrdemServico(),
        read.contatoId(),
        read.contatoNome(),
        read.tecnico(),
        read.equipamento(),
        read.equipamentoSerie(),
        read.totalServicos(),
        read.totalPecas(),
        read.totalOrdemServico(),
        read.raw());
  }

  private static Header marked(String raw) {
    return new Header(
        1, 2, HEADER.data(), HEADER.dataPrevista(), null, "1042", 77L, "Nome", List.of(), raw(raw));
  }

  private static JsonNode raw(String json) {
    return Given.json(json);
  }
}
