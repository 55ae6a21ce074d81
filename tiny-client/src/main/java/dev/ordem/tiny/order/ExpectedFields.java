package dev.ordem.tiny.order;

import static com.fasterxml.jackson.databind.node.JsonNodeType.ARRAY;
import static com.fasterxml.jackson.databind.node.JsonNodeType.BOOLEAN;
import static com.fasterxml.jackson.databind.node.JsonNodeType.NULL;
import static com.fasterxml.jackson.databind.node.JsonNodeType.NUMBER;
import static com.fasterxml.jackson.databind.node.JsonNodeType.OBJECT;
import static com.fasterxml.jackson.databind.node.JsonNodeType.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fields that Tiny was seen to send, each with the JSON types it was seen to use. What differs
 * is read all the same, and counted as drift, so that a silent change of the API shows.
 */
final class ExpectedFields {
  static final ExpectedFields HEADER =
      new ExpectedFields()
          .with(Set.of(NUMBER), "id")
          .with(Set.of(STRING), "situacao")
          .with(Set.of(STRING, NULL), "data", "dataPrevista", "numeroOrdemServico")
          .with(Set.of(NUMBER, NULL), "valor")
          .with(Set.of(OBJECT, NULL), "cliente")
          .with(Set.of(ARRAY, NULL), "marcadores");

  static final ExpectedFields DETAIL =
      new ExpectedFields()
          .with(Set.of(NUMBER), "id", "vlrComissao", "idForma", "idContaContabil", "idListaPreco")
          .with(Set.of(NUMBER), "idDeposito", "alqComissao")
          .with(Set.of(STRING), "situacao", "desconto")
          .with(Set.of(STRING), "totalServicos", "totalPecas", "totalOrdemServico")
          .with(Set.of(STRING, NULL), "data", "dataPrevista", "dataConclusao")
          .with(Set.of(STRING, BOOLEAN), "orcar", "orcado")
          .with(Set.of(STRING, NULL), "numeroOrdemServico", "equipamento", "equipamentoSerie")
          .with(Set.of(STRING, NULL), "descricaoProblema", "observacoes", "observacoesServico")
          .with(Set.of(STRING, NULL), "observacoesInternas", "tecnico", "idLocalPrestacao")
          .with(Set.of(OBJECT, NULL), "vendedor", "contato", "categoria")
          .either(Set.of(OBJECT, NULL), "formaRecebimento", "formaPagamento");

  private final Map<String, EnumSet<JsonNodeType>> types = new LinkedHashMap<>();
  private final Map<String, String> otherNames = new LinkedHashMap<>();

  private ExpectedFields with(Set<JsonNodeType> allowed, String... names) {
    for (String name : names) {
      types.put(name, EnumSet.copyOf(allowed));
    }
    return this;
  }

  /** One field under two names: either is expected, neither is missed when the other is there. */
  private ExpectedFields either(Set<JsonNodeType> allowed, String name, String otherName) {
    with(allowed, name, otherName);
    otherNames.put(name, otherName);
    otherNames.put(otherName, name);
    return this;
  }

  /** Tells {@code drift} each field of {@code object} that is new, missing or of a new type. */
  void compare(JsonNode object, SchemaDrift drift) {
    object
        .properties()
        .forEach(
            field -> {
              EnumSet<JsonNodeType> allowed = types.get(field.getKey());
              if (allowed == null) {
                drift.unknown(field.getKey());
              } else if (!allowed.contains(field.getValue().getNodeType())) {
                drift.type(field.getKey());
              }
            });
    missing(object).forEach(drift::missing);
  }

  /** Names of the fields that {@code object} lacks. */
  Set<String> missing(JsonNode object) {
    return types.keySet().stream()
        .filter(name -> isMissing(object, name))
        .collect(Collectors.toUnmodifiableSet());
  }

  private boolean isMissing(JsonNode object, String name) {
    return List.of(name, otherNames.getOrDefault(name, name)).stream().noneMatch(object::has);
  }
}
