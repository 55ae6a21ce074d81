package dev.ordem.contract;

/** In which groups the services read topics: one that is at work is a member of its own. */
public final class ConsumerGroups {
  /** Of all sinks. */
  public static final String SINK = "ordem-sink";

  /** Of all detail-workers, which ask Tiny for details in it. */
  public static final String FETCHER = "ordem-fetcher";

  /**
   * Of all detail-workers, which decide in it; also names their changelogs and transactions. It is
   * another one than that of version 1, whose state cannot be read as this: a baseline from
   * Postgres takes its place.
   */
  public static final String LEDGER = "ordem-ledger-2";

  private ConsumerGroups() {}
}
