/**
 * The only place that decides: what each order needs, in which order, how much at once, and what
 * changed.
 *
 * <p>A Kafka Streams application over {@code os-headers} and {@code os-detail-results}, exactly
 * once: the entry of an order, the offsets and all that is told belong to one transaction. {@link
 * dev.ordem.detail.ledger.Decisions} and what it uses are pure functions of entry, event and time;
 * {@link dev.ordem.detail.ledger.LedgerProcessor} does all reading, writing and telling, and takes
 * no decision.
 *
 * <p><b>Guarantees.</b> An order never has two requests out. Its transitions are told once each,
 * without a gap, each beginning where the last one ended; an observation older than the last is
 * ignored. Revisions grow. Whatever is wanted ends settled or parked, so a run ends. The property
 * test holds these under any interleaving, with crashes.
 *
 * <p><b>State.</b> An entry is {@link dev.ordem.detail.ledger.Content} (large, written when it
 * changes) and {@link dev.ordem.detail.ledger.Standing} (small, written on every step). What is
 * waiting, due or out is sorted in memory by {@link dev.ordem.detail.ledger.Agenda}, which is made
 * from the standings when a partition arrives: no second store that could disagree with the first,
 * and no queue of tombstones to step over. A hundred thousand waiting orders are a few megabytes.
 *
 * <p><b>Work.</b> {@code SETTLED → QUEUED → REQUESTED → SETTLED}, or {@code RETRYING → QUEUED}, or
 * {@code PARKED}. {@code Deferred} is not an attempt. A request without an answer is taken for lost
 * after a while. Runs that want an order while it is already wanted wait for the same answer, up to
 * sixteen of them. A parked order is left to people: a run that meets it counts it as parked,
 * unless the list shows that it changed.
 *
 * <p><b>Window.</b> Two transactions lie between a request and its answer, about a quarter of a
 * second at the usual commit interval. With two requests out, six partitions would carry fifty
 * orders a second however fast Tiny is; with a hundred out, a backlog under a quota of 30 a minute
 * would stand for minutes in front of what people wait for. So the window holds about one second of
 * work, see {@link dev.ordem.detail.ledger.Window}: it starts at two, doubles with each quick round
 * trip while it is full, and is halved by slow or deferred answers. A deferred answer also closes
 * the account; half a second before the time it names two requests go out again, which then wait
 * for their permits at the fetcher, so that no permit lies idle.
 *
 * <p><b>What is told.</b> {@code os-enriched} when the order itself or the time of its detail
 * changed; not for another sighting that shows nothing new, so {@code headerSeenAt} there is that
 * of the last sighting that led to a change. The work state and the counts of runs when they
 * change; the latter at most once a second, but always at the end of headers and when nothing is
 * left to do.
 *
 * <p><b>Removal.</b> A full run's end counts an absence for each order that was not seen since its
 * beginning. With the second, the detail is asked for; a 404 then is the removal: a tombstone, and
 * the content is forgotten. A full read that misses most of the orders is not believed.
 *
 * <p><b>Failures.</b> A record that cannot be read, or on which no decision can be taken, goes to
 * the DLQ, and the rest goes on. A thread that dies because brokers are away is replaced; for any
 * other reason the ledger is dead, and its process ends.
 */
@NullMarked
package dev.ordem.detail.ledger;

import org.jspecify.annotations.NullMarked;
