package dev.ordem.detail.ledger.store;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store that counts what is done to it, so that a step can end before it takes too long. */
public final class CountedStore<V> {
  private final KeyValueStore<String, V> store;
  private final Operations operations;

  public CountedStore(KeyValueStore<String, V> store, Operations operations) {
    this.store = store;
    this.operations = operations;
  }

  /** How many operations were made, by all stores of a partition. */
  public static final class Operations {
    private long made;

    public long made() {
      return made;
    }
  }

  public @Nullable V get(String key) {
    operations.made++;
    return store.get(key);
  }

  public void put(String key, V value) {
    operations.made++;
    store.put(key, value);
  }

  public void delete(String key) {
    operations.made++;
    store.delete(key);
  }

  /**
   * The first entries between two keys, both included.
   *
   * @param backwards whether to begin at the end
   */
  public List<KeyValue<String, V>> page(String from, String to, int most, boolean backwards) {
    List<KeyValue<String, V>> page = new ArrayList<>();
    operations.made++;
    try (KeyValueIterator<String, V> entries =
        backwards ? store.reverseRange(from, to) : store.range(from, to)) {
      while (page.size() < most && entries.hasNext()) {
        operations.made++;
        page.add(entries.next());
      }
    }
    return page;
  }

  /** Everything: only to be asked for while nothing else waits. */
  public KeyValueIterator<String, V> all() {
    return store.all();
  }
}
