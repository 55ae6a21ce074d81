package dev.ordem.producer.looking;

import java.util.UUID;

/**
 * An account that is watched here, as long as the lease lasts.
 *
 * @param epoch stands in the {@code WHERE} of every write
 */
record HeldWatch(String account, UUID holder, long epoch) {}
