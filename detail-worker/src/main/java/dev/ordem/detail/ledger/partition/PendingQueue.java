package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.detail.ledger.store.CountedStore;
import dev.ordem.detail.ledger.store.PendingWork;
import dev.ordem.detail.ledger.store.StoreKeys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Work that is still to be done: of each run in the order in which it came, of different ones by
 * turns. The store is read once. Not thread safe.
 */
final class PendingQueue {
  private final CountedStore<PendingWork> store;
  private final Map<String, Deque<Item>> groups = new LinkedHashMap<>();
  private long number;

  PendingQueue(CountedStore<PendingWork> store) {
    this.store = store;
    try (KeyValueIterator<String, PendingWork> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, PendingWork> entry = all.next();
        hold(new Item(entry.key, entry.value));
        if (entry.value instanceof PendingWork.OfMarker) {
          number = Math.max(number, Long.parseLong(last(entry.key), 16));
        }
      }
    }
  }

  /** One piece of work, under its key. */
  record Item(String key, PendingWork pending) {
    /** What it must be done in the order of. */
    String group() {
      return pending instanceof PendingWork.OfMarker ? key.substring(0, key.lastIndexOf('/')) : key;
    }
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  boolean holds(UUID run) {
    return groups.containsKey(group(run));
  }

  void add(HeaderEvent.OfRun marker) {
    String key = group(marker.runId()) + "/" + String.format("%016x", ++number);
    add(new Item(key, new PendingWork.OfMarker(marker, null, 0, 0)));
  }

  /** Instead of what is still to be done for the same order. */
  void add(PendingWork.OfOrder order) {
    String key = "o/" + StoreKeys.of(order.order());
    groups.remove(key);
    add(new Item(key, order));
  }

  private void add(Item item) {
    store.put(item.key, item.pending);
    hold(item);
  }

  private void hold(Item item) {
    groups.computeIfAbsent(item.group(), group -> new ArrayDeque<>()).addLast(item);
  }

  /** What is to be done now; its group is the last one then. */
  Item next() {
    Map.Entry<String, Deque<Item>> first = groups.entrySet().iterator().next();
    groups.remove(first.getKey());
    groups.put(first.getKey(), first.getValue());
    return first.getValue().getFirst();
  }

  void done(Item item) {
    store.delete(item.key);
    Deque<Item> group = groups.get(item.group());
    if (group != null && group.remove(item) && group.isEmpty()) {
      groups.remove(item.group());
    }
  }

  /** It is not done yet. */
  void keep(Item item, PendingWork left) {
    Deque<Item> group = groups.get(item.group());
    if (group != null && group.remove(item)) {
      group.addFirst(new Item(item.key, left));
      store.put(item.key, left);
    }
  }

  private static String group(UUID run) {
    return "m/" + run;
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }
}
