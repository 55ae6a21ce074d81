package dev.ordem.producer.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.Topics;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A page of Tiny's list as paging sees it, and as records.
 *
 * @param page as read, or put together of smaller ones
 * @param at when Tiny was asked for it and answered
 * @param missing rows that were gone round
 */
record PageRecords(HeaderPage page, Interval at, List<Item> missing) {
  private static final String SERVICE = "producer";

  /** Copies the list. */
  PageRecords {
    missing = List.copyOf(missing);
  }

  /** A page that was asked for in an order. Rows that stand out of it are none that can be read. */
  static PageRecords of(HeaderPage page, Interval at, Order order, List<Item> missing) {
    return new PageRecords(MisplacedRows.among(page, order), at, missing);
  }

  PageRows rows() {
    return new PageRows(
        page.headers().stream().map(OrderHeader::id).toList(),
        page.unreadable().size(),
        page.offset(),
        page.total());
  }

  /** Behind each of its rows but the last stands one that can be read. */
  List<String> readablePlaces() {
    List<String> places = new ArrayList<>();
    if (missing.isEmpty()) {
      List<OrderHeader> rows = page.headers();
      rows.stream()
          .limit(Math.max(0, rows.size() - 1L))
          .forEach(row -> places.add(UnreadableHeaders.behind(row.id())));
      if (page.offset() == 0) {
        places.add(UnreadableHeaders.behind(null));
      }
    }
    return places;
  }

  /** The headers among {@code wanted}, in the order of the page. */
  List<OrderHeader> headers(Set<Long> wanted, long most) {
    return page.headers().stream().filter(row -> wanted.contains(row.id())).limit(most).toList();
  }

  /** What cannot be read. */
  List<Item> unreadable() {
    return Stream.concat(page.unreadable().stream().map(PageRecords::item), missing.stream())
        .toList();
  }

  ProducerRecord<byte[], byte[]> seen(RunEntry run, OrderHeader row) {
    HeaderEvent.Seen seen =
        new HeaderEvent.Seen(
            run.request().account(),
            run.run().id(),
            run.mode(),
            run.request().headersOnly(),
            HeaderMapping.of(row),
            at.answered(),
            at.asked(),
            run.reading());
    return Topics.OS_HEADERS.record(seen.key().toString(), seen);
  }

  /** A header that Kafka does not take. */
  static Item tooLarge(OrderHeader row) {
    String error =
        "its item of the list makes a record of more than "
            + RecordLimits.RECORD
            + " bytes; make it shorter in Tiny";
    return new Item(Long.toString(row.id()), fingerprint(row.raw()), error);
  }

  /** The item with the reason, as far as the page still has it. */
  ProducerRecord<byte[], byte[]> deadLetter(RunEntry run, Item item, Instant now) {
    byte[] body =
        page.unreadable().stream()
            .filter(row -> item(row).equals(item))
            .findFirst()
            .map(row -> row.raw().toString().getBytes(StandardCharsets.UTF_8))
            .orElse(null);
    return letter(run, item, body, now);
  }

  private static ProducerRecord<byte[], byte[]> letter(
      RunEntry run, Item item, byte @org.jspecify.annotations.Nullable [] body, Instant now) {
    String account = run.request().account();
    String key =
        item.name().chars().allMatch(Character::isDigit)
            ? new OrderKey(account, Long.parseLong(item.name())).toString()
            : account;
    return DeadLetter.of(
        key.getBytes(StandardCharsets.UTF_8),
        body,
        SERVICE,
        "run " + run.run().id() + ": order " + item.name() + ": " + item.error(),
        now);
  }

  private static Item item(UnreadableHeader row) {
    String fingerprint = fingerprint(row.raw());
    return new Item(fingerprint, fingerprint, row.message());
  }

  private static String fingerprint(JsonNode raw) {
    return UUID.nameUUIDFromBytes(raw.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }
}
