package dev.ordem.detail.ledger.partition;

import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Counts every operation on a store, the steps of its iterators included. */
final class CountingStore<V> implements KeyValueStore<String, V> {
  private final KeyValueStore<String, V> store;
  private long operations;

  CountingStore(KeyValueStore<String, V> store) {
    this.store = store;
  }

  long operations() {
    return operations;
  }

  @Override
  public void put(String key, V value) {
    operations++;
    store.put(key, value);
  }

  @Override
  public V putIfAbsent(String key, V value) {
    operations++;
    return store.putIfAbsent(key, value);
  }

  @Override
  public void putAll(List<KeyValue<String, V>> entries) {
    operations += entries.size();
    store.putAll(entries);
  }

  @Override
  public V delete(String key) {
    operations++;
    return store.delete(key);
  }

  @Override
  public @Nullable V get(String key) {
    operations++;
    return store.get(key);
  }

  @Override
  public KeyValueIterator<String, V> range(String from, String to) {
    operations++;
    return counted(store.range(from, to));
  }

  @Override
  public KeyValueIterator<String, V> reverseRange(String from, String to) {
    operations++;
    return counted(store.reverseRange(from, to));
  }

  @Override
  public KeyValueIterator<String, V> all() {
    operations++;
    return counted(store.all());
  }

  private KeyValueIterator<String, V> counted(KeyValueIterator<String, V> entries) {
    return new KeyValueIterator<>() {
      @Override
      public void close() {
        entries.close();
      }

      @Override
      public String peekNextKey() {
        return entries.peekNextKey();
      }

      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public KeyValue<String, V> next() {
        operations++;
        return entries.next();
      }
    };
  }

  @Override
  public long approximateNumEntries() {
    return store.approximateNumEntries();
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    store.init(context, root);
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public boolean persistent() {
    return store.persistent();
  }

  @Override
  public boolean isOpen() {
    return store.isOpen();
  }
}
