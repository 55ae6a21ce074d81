package dev.ordem.detail.ledger;

/**
 * What one step adds to the counts of a run.
 *
 * @see dev.ordem.contract.RunProgress
 */
record Tally(long fresh, long changed, long unchanged, long requested, long settled, long parked) {
  static final Tally FRESH = new Tally(1, 0, 0, 0, 0, 0);
  static final Tally CHANGED = new Tally(0, 1, 0, 0, 0, 0);
  static final Tally UNCHANGED = new Tally(0, 0, 1, 0, 0, 0);
  static final Tally REQUESTED = new Tally(0, 0, 0, 1, 0, 0);

  /** Wanted no longer. */
  static final Tally DROPPED = new Tally(0, 0, 0, -1, 0, 0);

  static final Tally SETTLED = new Tally(0, 0, 0, 0, 1, 0);
  static final Tally PARKED = new Tally(0, 0, 0, 0, 0, 1);
}
