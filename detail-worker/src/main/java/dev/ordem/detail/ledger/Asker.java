package dev.ordem.detail.ledger;

import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The run on whose behalf something is decided.
 *
 * @param run null: a header that belongs to no run, or to a reading that is over
 * @param stale whether it belongs to a reading that is over, so that nothing is asked for it
 * @param live whether the run is not cancelled; what a cancelled one claims is not queued
 * @param claimed whether it holds an unsettled claim on the order
 * @param reading which runs still read
 */
record Asker(
    @Nullable UUID run,
    boolean stale,
    boolean live,
    BooleanSupplier claimed,
    Predicate<UUID> reading) {
  static final Asker NOBODY = new Asker(null, false, true, () -> false, run -> false);

  static final Asker STALE = new Asker(null, true, false, () -> false, run -> false);

  static Asker of(UUID run, boolean live, BooleanSupplier claimed, Predicate<UUID> reading) {
    return new Asker(run, false, live, claimed, reading);
  }
}
