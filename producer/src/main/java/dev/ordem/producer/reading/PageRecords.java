package dev.ordem.producer.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topics;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.paging.PageRows.Row;
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
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A page of Tiny's list as paging sees it, and as records.
 *
 * @param page as read, or put together of smaller ones
 * @param at when Tiny was asked for it and answered
 * @param passed rows without a readable id, before the page, that were gone round
 * @param missing rows that were gone round and that no page can show
 */
record PageRecords(
    HeaderPage page, Interval at, List<UnreadableHeader> passed, List<Item> missing) {
  private static final String SERVICE = "producer";

  /** Copies the lists. */
  PageRecords {
    passed = List.copyOf(passed);
    missing = List.copyOf(missing);
  }

  /** A page that was asked for in an order. Rows that stand out of it are none that can be read. */
  static PageRecords of(HeaderPage page, Interval at, Order order) {
    return new PageRecords(MisplacedRows.among(page, order), at, List.of(), List.of());
  }

  PageRows rows() {
    List<Integer> places = MisplacedRows.places(page);
    Row[] rows = new Row[page.headers().size() + page.unreadable().size()];
    Arrays.fill(rows, Row.NAMELESS);
    for (int i = 0; i < places.size(); i++) {
      rows[places.get(i)] = Row.of(page.headers().get(i).id());
    }
    for (UnreadableHeader row : page.unreadable()) {
      JsonNode id = row.raw().path("id");
      rows[row.row()] = id.isValueNode() ? new Row(id.asLong(), false) : Row.NAMELESS;
    }
    return new PageRows(List.of(rows), page.offset(), page.total());
  }

  /** The same behind what was gone round to come to it. */
  PageRecords behind(List<UnreadableHeader> passed, List<Item> missing) {
    return new PageRecords(page, at, passed, missing);
  }

  /** Whether it tells of rows that cannot be read. */
  boolean faulty() {
    return !(passed.isEmpty() && missing.isEmpty() && page.unreadable().isEmpty());
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
    return Stream.concat(nameless().map(this::item), missing.stream()).toList();
  }

  private Stream<UnreadableHeader> nameless() {
    return Stream.concat(passed.stream(), page.unreadable().stream());
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
    return new Item(Long.toString(row.id()), Item.fingerprint(row.raw()), HeaderWriter.TOO_LARGE);
  }

  /** The item with the reason, as far as the page still has it. */
  ProducerRecord<byte[], byte[]> deadLetter(RunEntry run, Item item, Instant now) {
    byte[] body =
        row(item).map(row -> row.raw().toString().getBytes(StandardCharsets.UTF_8)).orElse(null);
    return letter(run, item, body, now);
  }

  /**
   * The order whose id an item shows though it stands out of the list's order, if no other row of
   * the page is that order and the page has room for it: either the item is right, or its
   * neighbour, and only its detail tells. One that is not asked for twice costs a call at most.
   */
  Optional<ProducerRecord<byte[], byte[]>> doubted(RunEntry run, Item item) {
    return row(item)
        .map(MisplacedRows::claimed)
        .filter(this::couldHold)
        .map(
            id -> {
              HeaderEvent wanted =
                  new HeaderEvent.RefreshWanted(run.request().account(), id, at.asked());
              return Topics.OS_HEADERS.record(
                  new OrderKey(run.request().account(), id).toString(), wanted);
            });
  }

  /** The row that an item names, as far as the page still has it. */
  private Optional<UnreadableHeader> row(Item item) {
    return nameless().filter(row -> item(row).equals(item)).findFirst();
  }

  private boolean couldHold(long id) {
    LongSummaryStatistics ids =
        page.headers().stream().mapToLong(OrderHeader::id).summaryStatistics();
    return id > ids.getMin()
        && id < ids.getMax()
        && page.headers().stream().noneMatch(row -> row.id() == id);
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

  private Item item(UnreadableHeader row) {
    String fingerprint = Item.fingerprint(row.raw());
    String where =
        page.unreadable().contains(row) ? MisplacedRows.place(page, row.row()) + ": " : "";
    return new Item(fingerprint, fingerprint, where + row.message());
  }
}
