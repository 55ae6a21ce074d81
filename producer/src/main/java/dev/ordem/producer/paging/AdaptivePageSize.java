package dev.ordem.producer.paging;

/**
 * How many rows to ask for, so that a page which cannot be served or read is gone round: half as
 * many after each failure, until the row at fault is among the last two that were asked for; as
 * many as usual once the place is passed. Not thread safe.
 *
 * <p>It only chooses sizes. That nothing is missed is decided by {@link Pages}, whatever the size.
 */
public final class AdaptivePageSize {
  private static final int LEAST = 2;

  private final int usual;
  private int limit;
  private long failedUpTo;

  /**
   * Begins with the usual size.
   *
   * @param usual rows of a page, at least 2
   */
  public AdaptivePageSize(int usual) {
    this.usual = usual;
    this.limit = usual;
  }

  /** Rows to ask for at {@code offset}. */
  public int limit(long offset) {
    if (offset + 1 >= failedUpTo) {
      return usual;
    }
    return limit;
  }

  /** Whether the page that failed cannot be made smaller. */
  public boolean least(long offset) {
    return limit(offset) == LEAST;
  }

  /**
   * The page at {@code offset} cannot be had.
   *
   * @param slow whether to know that took as long as a call may take: then few sizes are tried
   */
  public void failed(long offset, boolean slow) {
    failed(offset, limit(offset), slow);
  }

  /**
   * The same of one for which fewer rows were asked.
   *
   * @param tried how many
   */
  public void failed(long offset, int tried, boolean slow) {
    failedUpTo = offset + tried;
    limit = Math.max(LEAST, tried / (slow ? 16 : 2));
  }

  /** A smaller page at {@code offset} was read: what failed lies behind it. */
  public void read(long offset, int rows) {
    if (offset + rows < failedUpTo) {
      long left = failedUpTo - (offset + rows - 1);
      limit = (int) Math.max(LEAST, Math.min(limit, (left + 1) / 2));
    }
  }

  /** The row at fault was passed. */
  public void passed() {
    failedUpTo = 0;
    limit = usual;
  }
}
