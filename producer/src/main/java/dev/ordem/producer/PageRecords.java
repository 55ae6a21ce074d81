package dev.ordem.producer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunState;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.OrderHeader;
import dev.ordem.tiny.UnreadableHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A page of Tiny's list as paging sees it, and as records. */
final class PageRecords {
  private final HeaderPage page;
  private final Instant seenAt;

  PageRecords(HeaderPage page, Instant seenAt) {
    this.page = page;
    this.seenAt = seenAt;
  }

  Rows rows() {
    List<Long> strays = page.unreadable().stream().flatMap(row -> id(row).stream()).toList();
    return new Rows(
        page.headers().stream().map(OrderHeader::id).toList(),
        strays,
        page.unreadable().size() - strays.size(),
        page.offset(),
        page.total());
  }

  /**
   * What a run writes of the page.
   *
   * @param fresh ids that are new to the pass
   * @param most headers to write
   */
  Written write(RunState run, List<Long> fresh, long most) {
    Set<Long> wanted = new HashSet<>(fresh);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<OrderHeader> headers =
        page.headers().stream().filter(row -> wanted.remove(row.id())).limit(most).toList();
    headers.forEach(row -> records.add(seen(run, row)));
    List<UnreadableHeader> unreadable =
        page.unreadable().stream().filter(row -> id(row).map(wanted::remove).orElse(true)).toList();
    unreadable.forEach(row -> records.add(deadLetter(run, row)));
    return new Written(records, headers.size(), unreadable.size());
  }

  private ProducerRecord<byte[], byte[]> seen(RunState run, OrderHeader row) {
    Header header =
        new Header(
            row.id(),
            row.situacao(),
            row.data(),
            row.dataPrevista(),
            row.valor(),
            row.numeroOrdemServico(),
            row.clienteId(),
            row.clienteNome(),
            row.marcadores(),
            row.raw());
    HeaderEvent.Seen seen =
        new HeaderEvent.Seen(
            run.account(), run.runId(), run.mode(), run.request().headersOnly(), header, seenAt);
    return Topics.OS_HEADERS.record(seen.key().toString(), seen);
  }

  private ProducerRecord<byte[], byte[]> deadLetter(RunState run, UnreadableHeader row) {
    String key = id(row).map(id -> new OrderKey(run.account(), id).toString()).orElse("");
    return DeadLetter.of(
        (key.isEmpty() ? run.account() : key).getBytes(StandardCharsets.UTF_8),
        row.raw().toString().getBytes(StandardCharsets.UTF_8),
        "producer",
        "run " + run.runId() + ": " + row.message(),
        seenAt);
  }

  private static Optional<Long> id(UnreadableHeader row) {
    JsonNode id = row.raw().path("id");
    long value = id.asLong(0);
    return value > 0 ? Optional.of(value) : Optional.empty();
  }

  /**
   * What is written of a page.
   *
   * @param headers how many
   * @param unreadable how many went to the dead letters
   */
  record Written(List<ProducerRecord<byte[], byte[]>> records, int headers, int unreadable) {}
}
