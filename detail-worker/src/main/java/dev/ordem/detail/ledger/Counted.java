package dev.ordem.detail.ledger;

import java.util.UUID;

/**
 * A run counted an order.
 *
 * @param from as in {@link Run.Sightings}
 */
record Counted(UUID run, long from) {}
