package dev.ordem.producer.paging;

import java.util.Arrays;
import java.util.List;

/** Counts ids, each once, however often it is added: eight bytes for each one added. */
public final class DistinctIds {
  private long[] ids = new long[1024];
  private int size;

  /** Adds ids that may be there already. */
  public void add(List<Long> more) {
    if (size + more.size() > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(size + more.size(), ids.length * 2));
    }
    for (long id : more) {
      ids[size++] = id;
    }
  }

  /** How many different ones there are up to {@code highest}. */
  public long count(long highest) {
    return Arrays.stream(ids, 0, size).filter(id -> id <= highest).sorted().distinct().count();
  }
}
