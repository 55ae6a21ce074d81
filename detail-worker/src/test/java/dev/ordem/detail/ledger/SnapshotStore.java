package dev.ordem.detail.ledger;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store that can go back to what it held when it was last committed. */
final class SnapshotStore<V> implements KeyValueStore<String, V> {
  private final String name;
  private final Serde<V> serde;
  private TreeMap<String, V> entries = new TreeMap<>();
  private TreeMap<String, V> committed = new TreeMap<>();
  private boolean dirty;

  SnapshotStore(String name, Serde<V> serde) {
    this.name = name;
    this.serde = serde;
  }

  void commit() {
    if (dirty) {
      committed = new TreeMap<>(entries);
      dirty = false;
    }
  }

  /** As a changelog restores it: through bytes. */
  void restore() {
    TreeMap<String, V> restored = new TreeMap<>();
    committed.forEach(
        (key, value) ->
            restored.put(
                key,
                serde.deserializer().deserialize(name, serde.serializer().serialize(name, value))));
    entries = restored;
    dirty = false;
  }

  void lose() {
    entries = new TreeMap<>();
    committed = new TreeMap<>();
    dirty = false;
  }

  Map<String, V> entries() {
    return entries;
  }

  @Override
  public void put(String key, V value) {
    dirty = true;
    entries.put(key, value);
  }

  @Override
  public @Nullable V putIfAbsent(String key, V value) {
    dirty = true;
    return entries.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<String, V>> all) {
    all.forEach(each -> put(each.key, each.value));
  }

  @Override
  public @Nullable V delete(String key) {
    dirty = true;
    return entries.remove(key);
  }

  @Override
  public @Nullable V get(String key) {
    return entries.get(key);
  }

  @Override
  public KeyValueIterator<String, V> range(String from, String to) {
    return over(entries.subMap(from, true, to, true));
  }

  @Override
  public KeyValueIterator<String, V> reverseRange(String from, String to) {
    return over(entries.subMap(from, true, to, true).descendingMap());
  }

  @Override
  public KeyValueIterator<String, V> all() {
    return over(entries);
  }

  @Override
  public long approximateNumEntries() {
    return entries.size();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  private KeyValueIterator<String, V> over(NavigableMap<String, V> part) {
    List<KeyValue<String, V>> copy = new ArrayList<>(part.size());
    part.forEach((key, value) -> copy.add(KeyValue.pair(key, value)));
    Iterator<KeyValue<String, V>> iterator = copy.iterator();
    return new KeyValueIterator<>() {
      @Override
      public void close() {}

      @Override
      public String peekNextKey() {
        throw new UnsupportedOperationException("nobody peeks");
      }

      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public KeyValue<String, V> next() {
        return iterator.next();
      }
    };
  }
}
