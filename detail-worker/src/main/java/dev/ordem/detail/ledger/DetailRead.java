package dev.ordem.detail.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The last reading of an order's detail.
 *
 * @param covered fingerprint of the newest header that it is known to cover
 */
record DetailRead(Observation at, @Nullable String covered) {}
