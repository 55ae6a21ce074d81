/**
 * The only place that decides: what each order needs, in which order, how much at once, and what
 * changed. This package is the Kafka Streams application around it; {@link
 * dev.ordem.detail.ledger.Ledger} is its door.
 *
 * <p>It reads {@code os-headers} and {@code os-detail-results}, exactly once: the entry of an
 * order, the offsets and all that is told belong to one transaction. What is known of an order is
 * in {@link dev.ordem.detail.ledger.order}, what else is kept and how it is written in {@link
 * dev.ordem.detail.ledger.store}; {@link dev.ordem.detail.ledger.decision} decides, without reading
 * or writing anything; {@link dev.ordem.detail.ledger.partition} does all reading, writing and
 * telling, and takes no decision. Each of them uses only those named before it.
 *
 * <p><b>Guarantees.</b> What an event leads to is committed with it, or not at all. No record ends
 * the ledger, but one of a newer version, before which it stops. A process that is killed is
 * replaced within seconds, and leaves nothing behind that the next one does not remove. Commits and
 * ticks go by {@link dev.ordem.detail.ledger.MonotonicTime}, so a host's clock that is set back
 * holds up neither.
 *
 * <p><b>States.</b> Not started; ready; not ready while partitions are handed over, or while work
 * waits though nothing is in its way and nothing is sent for a minute; dead when a thread is lost,
 * which ends its process.
 *
 * <p><b>Failures.</b> A record that cannot be read ({@link
 * dev.ordem.detail.ledger.UnreadableRecords}), written ({@link
 * dev.ordem.detail.ledger.UnsentRecords}), or on which no decision can be taken ({@link
 * dev.ordem.detail.ledger.FailedRecords}) goes to the DLQ, and the rest goes on. A thread that dies
 * because brokers are away is replaced ({@link dev.ordem.detail.ledger.ThreadDeaths}); for any
 * other reason the ledger is dead. Brokers that cannot be reached, topics that will not do, or a
 * state directory that cannot be written to end the start with what to set.
 */
@NullMarked
package dev.ordem.detail.ledger;

import org.jspecify.annotations.NullMarked;
