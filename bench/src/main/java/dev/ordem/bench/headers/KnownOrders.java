package dev.ordem.bench.headers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.bench.pipeline.HeadersTopic;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The orders of a simulated account, as a ledger is made to know them: by a baseline, details
 * included. Headers are read from Tiny's JSON as the pipeline reads them.
 */
final class KnownOrders {
  private static final String ACCOUNT = "default";

  private final List<Header> headers = new ArrayList<>();
  private final HeadersTopic topic;

  KnownOrders(HeadersTopic topic) {
    this.topic = topic;
  }

  int count() {
    return headers.size();
  }

  /** Has the ledger know all orders of the account, just read. */
  void baseline(Tiny tiny) throws Exception {
    UUID generation = UUID.randomUUID();
    Instant now = Instant.now();
    tiny.eachOrder(
        order -> {
          Header header = header(order.path("header"), order.path("situacao").asInt());
          headers.add(header);
          topic.write(known(header, order.path("detail"), generation, now));
        });
    topic.mark(new HeaderEvent.Baselined(ACCOUNT, generation, now));
    topic.flush();
  }

  private static HeaderEvent.BaselineOrder known(
      Header header, JsonNode raw, UUID generation, Instant now) {
    int situacao = header.situacao() == null ? 0 : header.situacao();
    return new HeaderEvent.BaselineOrder(
        ACCOUNT,
        header.id(),
        generation,
        now.toEpochMilli(),
        situacao,
        now,
        1,
        1,
        Checksum.ofChange(header.id(), 1, null, situacao),
        false,
        header,
        detail(header, raw),
        now.minusSeconds(2),
        now.minusSeconds(1),
        now);
  }

  /** The list shows all of them again, as they were: what one more full run writes. */
  void showAll() throws Exception {
    UUID run = UUID.randomUUID();
    long reading = Instant.now().toEpochMilli();
    Instant began = Instant.now();
    for (Header header : headers) {
      Instant now = Instant.now();
      topic.write(
          new HeaderEvent.Seen(
              ACCOUNT, run, Mode.FULL, false, header, now, now.minusMillis(1), reading));
    }
    topic.mark(
        new HeaderEvent.EndOfHeaders(ACCOUNT, run, Mode.FULL, Instant.now(), reading, true, began));
    topic.flush();
  }

  private static Header header(JsonNode raw, int situacao) {
    List<String> markers = new ArrayList<>();
    raw.path("marcadores").forEach(marker -> markers.add(marker.path("descricao").asText()));
    return new Header(
        raw.path("id").asLong(),
        situacao,
        date(raw.path("data").asText()),
        time(raw.path("dataPrevista").asText()),
        null,
        raw.path("numeroOrdemServico").asText(),
        raw.path("cliente").path("id").asLong(),
        raw.path("cliente").path("nome").asText(),
        markers,
        raw);
  }

  private static Detail detail(Header header, JsonNode raw) {
    return new Detail(
        header.id(),
        header.situacao(),
        header.data(),
        header.dataPrevista(),
        null,
        header.numeroOrdemServico(),
        header.clienteId(),
        header.clienteNome(),
        raw.path("tecnico").asText(),
        raw.path("equipamento").asText(),
        null,
        null,
        null,
        null,
        raw);
  }

  private static @Nullable LocalDate date(String text) {
    return text.isEmpty() || text.startsWith("0000")
        ? null
        : LocalDate.parse(text.substring(0, 10));
  }

  private static @Nullable LocalDateTime time(String text) {
    LocalDate date = date(text);
    return date == null ? null : date.atStartOfDay();
  }
}
