package dev.ordem.producer.looking;

import dev.ordem.producer.looking.LookResult.Look;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.MisplacedRows;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names the rows of a page that cannot be told, by their slice and what they are, so that a row
 * keeps its name wherever in the page it stands: an order by its id where Kafka refuses its record;
 * else the item by a hash, as its id cannot be read or not be its own. Decides; writes nothing.
 */
final class LookFaults {
  private LookFaults() {}

  /** Those of a page, of which what was told is remembered. */
  static List<Item> of(Look look, ShownOrders shown) {
    HeaderPage page = look.page();
    List<Integer> places = MisplacedRows.places(page);
    Map<String, Item> items = new LinkedHashMap<>();
    for (UnreadableHeader row : page.unreadable()) {
      String fingerprint = Item.fingerprint(row.raw());
      Item item =
          new Item(
              look.slice().name() + ", item " + fingerprint,
              fingerprint,
              MisplacedRows.place(page, row.row()) + ": " + row.message());
      items.merge(item.name(), item, LookFaults::both);
    }
    for (int i = 0; i < places.size(); i++) {
      OrderHeader row = page.headers().get(i);
      if (shown.tooLarge(row)) {
        String name = look.slice().name() + ", order " + row.id();
        String error = MisplacedRows.place(page, places.get(i)) + ": " + HeaderWriter.TOO_LARGE;
        items.put(name, new Item(name, Item.fingerprint(row.raw()), error));
      }
    }
    return List.copyOf(items.values());
  }

  /** Two items of a page that are the same to the letter. */
  private static Item both(Item one, Item other) {
    return new Item(
        one.name(),
        one.fingerprint(),
        one.error() + "; the same in " + other.error(),
        one.rows() + other.rows());
  }
}
