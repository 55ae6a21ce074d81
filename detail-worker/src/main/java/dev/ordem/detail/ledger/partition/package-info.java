/**
 * One partition at work: from records to decisions, from decisions to stores and topics.
 *
 * <p>{@link dev.ordem.detail.ledger.partition.LedgerProcessor} is the door, for Kafka Streams;
 * behind it {@code Partition} does all reading, writing and telling, and takes no decision. What it
 * keeps in memory beside the stores (the queue of orders with its windows, runs, accounts, the
 * queue of pending work, the auditor's reservoirs) is made anew from them whenever Streams begins a
 * task, which it does again on the same processor after a commit that failed.
 *
 * <p><b>Guarantees.</b> Between two records no more than {@code Partition.STEP} store operations
 * are made, however much waits. A claim ends settled, parked or dropped. Whatever cannot be decided
 * about one order, the others go on.
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
 * those lie in the topic for days, and were carried out by the ledger before.
 *
 * <p><b>Deleted unread.</b> Where records of {@code os-headers} are gone that nobody read, every
 * account of the partition keeps where, and a run that began before it was found and ends after it
 * counts as one whose headers were skipped, once: it is read again, behind them.
 *
 * <p><b>Certificate.</b> The numbers of an account are told with what follows from them, once a
 * second at most, and with a run that has nothing open any more. The counts of runs are told as
 * seldom, but always when a run ends, is cancelled or resumed, or has nothing left to come.
 *
 * <p><b>Window.</b> Two transactions lie between a request and its answer, about a quarter of a
 * second at the usual commit interval. With two requests out, six partitions would carry fifty
 * orders a second however fast Tiny is; with a hundred out, a backlog under a quota of 30 a minute
 * would stand for minutes in front of what people wait for. So the window holds about one second of
 * work, see {@code RequestWindow}: it starts at two, doubles with each quick round trip while it is
 * full, and is halved by slow or deferred answers. A deferred answer also closes the account; half
 * a second before the time it names two requests go out again, which then wait for their permits at
 * the fetcher, so that no permit lies idle. What failed before may never be answered: it has a
 * window of the same size for itself, and is no measure of how quick answers are.
 *
 * <p><b>Failures.</b> A record on which no decision can be taken goes to the DLQ; what is decided
 * without a record is set aside, with a letter, until the task begins again. What stores and
 * brokers say ends the thread, and the record is read again.
 */
@NullMarked
package dev.ordem.detail.ledger.partition;

import org.jspecify.annotations.NullMarked;
