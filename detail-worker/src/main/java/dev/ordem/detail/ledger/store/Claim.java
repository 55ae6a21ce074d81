package dev.ordem.detail.ledger.store;

import dev.ordem.detail.ledger.order.Standing;

/**
 * A run wants an order's detail. What has become of it is read through the order and the run: it is
 * settled once the order's {@link Standing#round} is greater; else parked while the order is, else
 * dropped while the run is cancelled, else open. What it was last counted as stands here, so that
 * the counts of many runs can follow in steps.
 *
 * @param round of the order when it was made
 * @param parked whether the run counts it as parked
 */
public record Claim(long round, boolean parked) {}
