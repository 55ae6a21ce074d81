package dev.ordem.producer.runs;

import java.util.UUID;

/**
 * A run that this producer works on, as long as its lease lasts. Whoever writes to the run's row
 * names holder and epoch in the {@code WHERE}, so that a producer that lost the lease writes
 * nothing.
 *
 * @param holder this producer
 * @param epoch of the lease: grows with each change of holder
 */
public record HeldRun(UUID id, String account, UUID holder, long epoch) {}
