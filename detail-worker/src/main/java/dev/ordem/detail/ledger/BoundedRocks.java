package dev.ordem.detail.ledger;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One budget of memory for all stores of the process. By default each of them may take a hundred
 * megabytes, and there are three for each partition.
 *
 * @see <a
 *     href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt.html#rocksdb">Kafka
 *     Streams, memory management</a>
 */
public final class BoundedRocks implements RocksDBConfigSetter {
  private static final long TOTAL = 64L << 20;
  private static final long BUFFERS = 32L << 20;
  private static final long BUFFER = 4L << 20;

  /** Lives as long as the process; closing a store must not close it. */
  private static final Cache CACHE = new LRUCache(TOTAL);

  private static final WriteBufferManager MANAGER = new WriteBufferManager(BUFFERS, CACHE);

  /** For Kafka Streams, which makes it by its name. */
  public BoundedRocks() {}

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig tables = (BlockBasedTableConfig) options.tableFormatConfig();
    tables.setBlockCache(CACHE);
    tables.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(tables);
    options.setWriteBufferManager(MANAGER);
    options.setWriteBufferSize(BUFFER);
    options.setMaxWriteBufferNumber(2);
  }

  @Override
  public void close(String store, Options options) {}
}
