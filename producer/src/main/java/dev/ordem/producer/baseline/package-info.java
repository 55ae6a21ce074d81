/**
 * Generations: in which Kafka, Postgres and ledger an account's data lives, and how a new one
 * begins.
 *
 * <p>{@link dev.ordem.producer.baseline.Baselines} compares who Kafka and Postgres are with the
 * newest row of {@code generation}; where they differ, or the ledger does not know the generation,
 * it tells the topic of status changes those that it lost ({@link
 * dev.ordem.producer.baseline.History}), and writes a baseline: what Postgres knows of each order,
 * and a marker behind it in every partition. {@link dev.ordem.producer.baseline.GenerationWatch}
 * does so without waiting for a run.
 *
 * <p><b>Guarantee.</b> Before a header of a run or of a look is written, the account's generation
 * has begun. The row is written when all of the baseline is acknowledged, in one transaction with
 * the runs that are to be read anew. Before, a sink has compared Postgres with the topics and put
 * it right, if {@code os-enriched} holds anything. Orders are streamed, never all in memory. What
 * {@code os_sync_queue} says is under way, waits or is parked is removed first, once a sink has
 * stored what the topic tells of it: it may be lost with the ledger that knew of it, and one that
 * was not lost tells it again.
 *
 * <p><b>History.</b> {@code os-status-changes} holds every transition that Postgres holds and that
 * was ever told, before the ledger tells another one of that order: so each store can be rebuilt
 * from the other, whichever is lost first. What is told again says so, and has its id. A transition
 * that Postgres refused is told again from {@code os_refused}; one that is not kept there in full
 * is forgotten with a word in the log, and its sequence stays used. Of an order that Postgres
 * refused whole the ledger is told revision and changes, as they stand in {@code os_refused}; of
 * what was put into Postgres by hand, and set aside, nothing.
 *
 * <p><b>States.</b> One producer at a time begins a generation of an account, under a lock of the
 * database. A certificate from before a generation began says nothing about it, and is deleted when
 * it begins; of those that a sink stores later offsets tell, not clocks.
 *
 * <p><b>Failures.</b> A producer that dies in the middle leaves no row: the next one writes another
 * baseline, which the ledger takes as well. An order too large for a record is told without its
 * detail, which is read again. Without a sink the accounts wait, and say so; a comparison that
 * cannot be carried out ({@code repair.error}) holds its account up, and the log says why.
 */
@NullMarked
package dev.ordem.producer.baseline;

import org.jspecify.annotations.NullMarked;
