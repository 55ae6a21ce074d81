/**
 * Carries out what the ledger asks for: one call to Tiny for each request.
 *
 * <p><b>Guarantee.</b> Every request is answered at least once. An offset is committed when the
 * answers to all requests up to it are acknowledged, so a process that is killed leaves requests
 * that are carried out again, never one that is forgotten. There is no transaction: the call to
 * Tiny, which is what costs, could not be part of it, and the ledger tells a second answer from the
 * first by the request's id. What a person waits for goes before the rest. A request that has
 * expired is answered as deferred, without a call: the ledger has counted it as lost. It has
 * expired when the ledger asked for something later than that; what the clock of this host shows is
 * not asked, as it may be wrong.
 *
 * <p><b>States.</b> A request is queued in memory, then carried out, then its answer is on its way,
 * then acknowledged. Partitions with too many of them are paused, while polling goes on, so a call
 * of twenty seconds neither costs the membership in the group nor stops the other requests of its
 * partition. Partitions move one by one. One that goes to another process waits a moment for the
 * calls under way, so that they are not made twice; what is not begun is not begun any more.
 *
 * <p>An account whose quota is used up is remembered for as long as Tiny's client said: until then
 * its requests are deferred at once instead of occupying a thread for the wait for a permit.
 *
 * <p><b>Failures.</b> A request that cannot be read goes to the DLQ. A detail that makes too large
 * a record is refused for its order. An answer that Kafka does not take ends the process; so does
 * anything unexpected, an {@code Error} in a thread included. What Tiny does wrong is an answer,
 * see {@link dev.ordem.tiny.Answer}.
 */
@NullMarked
package dev.ordem.detail.fetch;

import org.jspecify.annotations.NullMarked;
