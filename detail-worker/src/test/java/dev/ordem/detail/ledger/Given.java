package dev.ordem.detail.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.order.Observation;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.UUID;

/** Events and entries that tests begin with. */
public final class Given {
  public static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  public static final String ACCOUNT = "loja";
  public static final UUID RUN = new UUID(7, 1);
  public static final long READING = 1;
  public static final UUID GENERATION = new UUID(9, 9);
  public static final UUID OTHER_RUN = new UUID(7, 2);
  public static final Failure OUTAGE =
      new Failure("http-500", "GET /ordem-servico/1: 500", "<html>");

  private Given() {}

  public static Instant at(long seconds) {
    return T0.plusSeconds(seconds);
  }

  public static OrderKey key(long id) {
    return new OrderKey(ACCOUNT, id);
  }

  public static Header header(long id, int situacao) {
    return header(id, situacao, "Oficina São José");
  }

  public static Header header(long id, int situacao, String cliente) {
    ObjectNode raw =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("situacao", Integer.toString(situacao))
            .put("valor", 0.50);
    raw.putObject("cliente").put("nome", cliente);
    raw.putArray("marcadores").addObject().put("descricao", "urgente");
    return new Header(
        id,
        situacao,
        LocalDate.of(2026, 1, 2),
        LocalDateTime.of(2026, 1, 9, 18, 30),
        null,
        "1042",
        77L,
        cliente,
        List.of("urgente"),
        json(raw.toString()));
  }

  public static Header withNumber(Header header, String numero) {
    return new Header(
        header.id(),
        header.situacao(),
        header.data(),
        header.dataPrevista(),
        header.valor(),
        numero,
        header.clienteId(),
        header.clienteNome(),
        header.marcadores(),
        header.raw());
  }

  public static Detail withNumber(Detail detail, String numero) {
    return new Detail(
        detail.id(),
        detail.situacao(),
        detail.data(),
        detail.dataPrevista(),
        detail.dataConclusao(),
        numero,
        detail.contatoId(),
        detail.contatoNome(),
        detail.tecnico(),
        detail.equipamento(),
        detail.equipamentoSerie(),
        detail.totalServicos(),
        detail.totalPecas(),
        detail.totalOrdemServico(),
        detail.raw());
  }

  public static Detail detail(long id, int situacao, String equipamento) {
    return new Detail(
        id,
        situacao,
        LocalDate.of(2026, 1, 2),
        LocalDateTime.of(2026, 1, 9, 18, 30),
        null,
        "1042",
        77L,
        "Oficina São José",
        "Ana",
        equipamento,
        null,
        new BigDecimal("99.9"),
        new BigDecimal("10"),
        new BigDecimal("109.9"),
        json(
            "{\"id\":%d,\"situacao\":\"%d\",\"equipamento\":\"%s\",\"equipamentoSerie\":\"\",\"totalOrdemServico\":\"109.9\"}"
                .formatted(id, situacao, equipamento)));
  }

  public static HeaderEvent.Seen seen(long id, int situacao, long atSeconds) {
    return seenBy(RUN, Mode.FULL, header(id, situacao), atSeconds);
  }

  public static HeaderEvent.Seen seenBy(UUID run, Mode mode, Header header, long atSeconds) {
    return seen(run, mode, header, new Observation(at(atSeconds), at(atSeconds)));
  }

  public static HeaderEvent.Seen seen(UUID run, Mode mode, Header header, Observation between) {
    return new HeaderEvent.Seen(
        ACCOUNT, run, mode, false, header, between.answered(), between.asked(), READING);
  }

  /** By no run. */
  public static HeaderEvent.Seen watched(Header header, long atSeconds) {
    return new HeaderEvent.Seen(
        ACCOUNT, null, Mode.INCREMENTAL, false, header, at(atSeconds), at(atSeconds), null);
  }

  public static HeaderEvent.Seen headersOnly(UUID run, Header header, long atSeconds) {
    return new HeaderEvent.Seen(
        ACCOUNT, run, Mode.FULL, true, header, at(atSeconds), at(atSeconds), READING);
  }

  public static HeaderEvent.EndOfHeaders end(UUID run, Mode mode, long atSeconds) {
    return new HeaderEvent.EndOfHeaders(ACCOUNT, run, mode, at(atSeconds), READING, false, null);
  }

  /** The end of a whole read that began at {@code from}. */
  public static HeaderEvent.EndOfHeaders whole(UUID run, long from, long atSeconds) {
    return new HeaderEvent.EndOfHeaders(
        ACCOUNT, run, Mode.FULL, at(atSeconds), READING, true, at(from));
  }

  public static HeaderEvent.Canceled canceled(UUID run, long atSeconds) {
    return new HeaderEvent.Canceled(ACCOUNT, run, at(atSeconds), READING);
  }

  public static HeaderEvent.Resumed resumed(UUID run, long reading, long atSeconds) {
    return new HeaderEvent.Resumed(ACCOUNT, run, reading, at(atSeconds));
  }

  public static DetailRequest request(UUID id, long osId, Lane lane, long atSeconds) {
    return new DetailRequest(id, ACCOUNT, osId, RUN, lane, 1, at(atSeconds), null);
  }

  public static DetailResult.Fetched fetched(DetailRequest request, Detail detail, long atSeconds) {
    return new DetailResult.Fetched(request, detail, at(atSeconds), at(atSeconds));
  }

  public static JsonNode json(String text) {
    try {
      return new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
