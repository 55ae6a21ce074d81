/**
 * Relays the outbox to Kafka.
 *
 * <p><b>Guarantee.</b> A row committed to {@code outbox} reaches its topic at least once, in the
 * order of {@code position} for what waited and of commits from then on, and is deleted once the
 * brokers have it; or it stays, with {@code refused_at} and {@code error}. A row that is shown
 * again is known by its id and dropped, for the last 20,000; after a kill, what was sent and not
 * yet confirmed to the slot may be sent once more, and readers know: a state of a run carries a
 * version, and asking twice for an order is harmless.
 *
 * <p><b>What is relayed.</b> To {@code sync-runs}: {@code run-state}, the state as the contract has
 * it, and {@code forgotten}, a tombstone; the key is the run's id. To {@code os-headers}: {@code
 * refresh} and {@code requeue} of the order that {@code aggregateid} names, under the key and so in
 * the partition of that order's headers. Markers are the producer's own to write. Anything else, an
 * unreadable payload or one that the brokers find too large is set aside, with a dead letter if
 * that fits, and the rows beside it go on without being sent again.
 *
 * <p><b>How.</b> Debezium reads the table, then follows the log from there through a replication
 * slot, which one process of all sinks can hold; the others look every two seconds and take over.
 * The table itself remembers what is still to be sent, so no offsets are kept anywhere, and a lost
 * slot loses nothing.
 *
 * <p><b>States</b>: standing by, relaying, resting. It rests only when Postgres or the brokers are
 * away, longer each time, up to 15 s, until a batch got through.
 *
 * <p><b>Needs.</b> {@code wal_level = logical} and a user that may replicate; a start without them
 * is refused, naming what to change. While no sink runs, the slot makes Postgres keep its log, see
 * {@code ordem_slot_lag_bytes}: whoever gives Ordem up drops the slot ({@code SELECT
 * pg_drop_replication_slot('ordem_outbox')}).
 */
@NullMarked
package dev.ordem.sink.outbox;

import org.jspecify.annotations.NullMarked;
