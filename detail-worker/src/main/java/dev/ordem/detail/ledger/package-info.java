/**
 * The only place that decides: what each order needs, in which order, how much at once, and what
 * changed.
 *
 * <p>A Kafka Streams application over {@code os-headers} and {@code os-detail-results}, exactly
 * once: the entry of an order, the offsets and all that is told belong to one transaction. {@link
 * dev.ordem.detail.ledger.Decisions} and what it uses are pure functions of entry, event and time;
 * {@link dev.ordem.detail.ledger.Partition} does all reading, writing and telling, and takes no
 * decision; {@link dev.ordem.detail.ledger.LedgerProcessor} stands between it and Streams.
 *
 * <p><b>Guarantees.</b> An order never has two requests out. Its transitions are told once each,
 * without a gap, each beginning where the last one ended. Revisions grow. A claim ends settled,
 * parked or dropped, and the counts of a run add up at any moment. Between two records no more than
 * {@link dev.ordem.detail.ledger.Partition#STEP} store operations are made, however much waits. No
 * record ends the ledger, but one of a newer version, before which it stops.
 *
 * <p><b>Observations.</b> What an answer shows was so at some moment between question and answer
 * ({@link dev.ordem.detail.ledger.Observation}, on the database's clock). An answer that was there
 * before the last question says nothing; a question that was put after the last answer tells a
 * transition if it shows another status, and that lies between the last question and this answer.
 * Where both overlap nobody can say which was later: if they agree they are one, if not nothing is
 * told and the detail is read once more. A time more than five minutes ahead of this host's clock
 * is a wrong clock's: in an event it is taken for now, in the store it is not believed, so that it
 * hides nothing.
 *
 * <p><b>State.</b> Of an order {@link dev.ordem.detail.ledger.Content} (large, read and written
 * only when it changes: a header that is the same is known by a digest) and {@link
 * dev.ordem.detail.ledger.Standing} (small, on every step). Of a run {@link
 * dev.ordem.detail.ledger.Run}, of an account {@link dev.ordem.detail.ledger.Account}, of both
 * together {@link dev.ordem.detail.ledger.Claim}, and {@link dev.ordem.detail.ledger.Pending}: what
 * is worked off in steps. Keys are made so that their order is the one in which they are read. All
 * carry a version; a newer one stops the ledger. What is in memory beside the stores ({@link
 * dev.ordem.detail.ledger.Agenda}, windows, runs, accounts, the queue of pending work, the
 * auditor's reservoirs) is made anew from them whenever Streams begins a task, which it does again
 * on the same processor after a commit that failed.
 *
 * <p><b>Work.</b> {@code SETTLED → QUEUED → REQUESTED → SETTLED}, or {@code RETRYING → QUEUED}, or
 * {@code PARKED}: {@link dev.ordem.detail.ledger.Task}. {@code Deferred} is not an attempt; a
 * request without an answer is one that failed, after its time. What nobody wants any more, because
 * every run that claims it is cancelled, is not asked for, wherever it waits.
 *
 * <p><b>Claims.</b> A sighting by a run that reads, of an order that needs its detail, is a claim,
 * whatever is being done about the order already. No claim is changed when something happens: a
 * claim is settled once the order's round is past its own, parked while the order is, dropped while
 * its run is cancelled, and open otherwise. So one write to the order or the run changes all of
 * them, and the counts of the runs follow: those of a run at once, as they are read through it,
 * those of an order's claims at once for the first fifty and in steps for the others.
 *
 * <p><b>Markers.</b> What a marker says of its run is true at once: cancelled, resumed, forgotten,
 * no more headers. What follows for orders is worked off in steps, the markers of one run strictly
 * one after the other, so that the end is passed when all before it is done. A header or marker of
 * an older reading belongs to no run.
 *
 * <p><b>Baseline.</b> While an account stands on no generation, nothing is taken, told or sent for
 * it; headers of runs are counted as skipped, and wishes wait unless they are older than an hour:
 * those lie in the topic for days, and were carried out by the ledger before. {@code
 * BaselineOrder}s bring what Postgres knows, and are told again in the revision that they have; so
 * is the work on an order, if there is any.
 *
 * <p><b>Certificate.</b> Each step of an order moves the numbers of its account by the difference
 * of before and after, so that nothing can be told without being counted. It is told with what
 * follows from it, once a second at most, and with a run that has nothing open any more.
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
 * change; the latter at most once a second, but always when a run ends, is cancelled or resumed, or
 * has nothing left to come.
 *
 * <p><b>Removal.</b> Two whole reads, an hour apart and believed by the judge of the run, do not
 * show the order, and Tiny answers 404 to its detail: a tombstone, and the content is forgotten. A
 * 404 before that makes it a suspect, which is left alone until it is listed or missed once more. A
 * 404 on an order that the list shows is a failure like any other.
 *
 * <p><b>Failures.</b> A record that cannot be read, or on which no decision can be taken, goes to
 * the DLQ, and the rest goes on; what is decided without a record is set aside, with a letter. What
 * is too large to be kept or told parks its order ({@link dev.ordem.detail.ledger.Limits}). A
 * thread that dies because brokers are away is replaced; for any other reason the ledger is dead,
 * and its process ends. Work that waits while nothing is in its way and nothing is sent for a
 * minute makes it unready.
 */
@NullMarked
package dev.ordem.detail.ledger;

import org.jspecify.annotations.NullMarked;
