package dev.ordem.sink.tables;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How much of what is polled one batch has room for. Records bound it, and the memory that they and
 * what is made of them take, not more than their bytes and signs allow: {@code {}} is two bytes and
 * eighty of memory. A fetch is bounded too, but in bytes that are compressed. Not thread safe.
 */
public final class BatchRoom {
  /** Between records, so that a batch and a repair fit {@code -Xmx512m} side by side. */
  static final long MEMORY = 96L << 20;

  /**
   * Most records of one poll, which are all there before the first is looked at: some 30 MB.
   * Several polls make a batch.
   */
  public static final int POLL = 32;

  /** As it came, and its texts with two bytes for each sign. */
  private static final int PER_BYTE = 3;

  /** A node and its place in the object or array that it is in, but for its text. */
  private static final int PER_VALUE = 128;

  private final int mostRecords;
  private int records;
  private long memory;

  public BatchRoom(int mostRecords) {
    this.mostRecords = mostRecords;
  }

  /** Takes the record in, if there is room; for the first there always is. */
  public boolean takes(ConsumerRecord<byte[], byte[]> record) {
    long more = memory(record.value());
    if (records > 0 && (records >= mostRecords || memory + more > MEMORY)) {
      return false;
    }
    records++;
    memory += more;
    return true;
  }

  static long memory(byte[] value) {
    if (value == null) {
      return PER_VALUE;
    }
    long values = 1;
    for (byte sign : value) {
      if (sign == ',' || sign == '{' || sign == '[') {
        values++;
      }
    }
    return PER_BYTE * (long) value.length + PER_VALUE * values;
  }
}
