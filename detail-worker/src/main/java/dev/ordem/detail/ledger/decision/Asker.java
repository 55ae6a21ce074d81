package dev.ordem.detail.ledger.decision;

import dev.ordem.detail.ledger.store.Run;
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
 * @param countsFrom from which reading on the run counts orders
 * @param reading which runs still read
 */
public record Asker(
    @Nullable UUID run,
    boolean stale,
    boolean live,
    BooleanSupplier claimed,
    long countsFrom,
    Predicate<UUID> reading) {
  public static final Asker NOBODY = new Asker(null, false, true, () -> false, 0, run -> false);

  public static final Asker STALE = new Asker(null, true, false, () -> false, 0, run -> false);

  public static Asker of(Run run, BooleanSupplier claimed, Predicate<UUID> reading) {
    boolean live = !run.course().canceled();
    return new Asker(run.id(), false, live, claimed, run.sightings().from(), reading);
  }
}
