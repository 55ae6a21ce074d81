package dev.ordem.producer.paging;

/**
 * Looks for the end of a range of rows that cannot be read, from its last known one on: one by one
 * at first, then in steps of an eighth of what lies behind, to a row that can be read; then it
 * closes in on the end by halving. That takes few steps, whatever the length, and steps over no row
 * of the first {@value #ONE_BY_ONE}, nor over readable rows side by side that are an eighth of the
 * range before them. Not thread safe.
 */
public final class EdgeSearch {
  private static final int SHARE = 8;
  private static final int ONE_BY_ONE = 2 * SHARE;

  private final long most;
  private long bad;
  private long good;

  /**
   * Begins at a row that cannot be read.
   *
   * @param most the longest distance to look at; nothing is looked at if it is less than 1
   */
  public EdgeSearch(long most) {
    this.most = most;
  }

  /** Whether it has ended. */
  public boolean over() {
    return found() || bad >= most;
  }

  /** Whether it has ended at the end of the range. */
  public boolean found() {
    return good == bad + 1;
  }

  /** The distance to look at next, from 1, unless it is over. */
  public long next() {
    return good > 0 ? bad + (good - bad) / 2 : Math.min(most, bad + Math.max(1, bad / SHARE));
  }

  /** Whether what is looked at next is the row behind the last one that was looked at. */
  public boolean oneByOne() {
    return next() == bad + 1 && bad < ONE_BY_ONE;
  }

  /** What was seen at {@link #next}. */
  public void saw(boolean readable) {
    long seen = next();
    if (readable) {
      good = seen;
    } else {
      bad = seen;
    }
  }

  /** How far the first row behind the range is, once it is found; the one before it is not read. */
  public long edge() {
    return good;
  }
}
