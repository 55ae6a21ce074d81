/**
 * Puts topics into Postgres, and carries the outbox to Kafka.
 *
 * <h2>Storing</h2>
 *
 * <p><b>Guarantee.</b> What a committed record says is in Postgres before its offset is committed,
 * and storing it again, in whole or in part, by this sink or another, changes nothing. So the
 * tables are what the topics say: dropping them and the group's offsets and starting again gives
 * the same rows, without one call to Tiny. (Orders whose tombstone was compacted away are the
 * exception: their rows do not come back.)
 *
 * <p><b>How.</b> One poll is one batch is one transaction. {@code COPY} fills a temporary table for
 * each table; one {@code INSERT … ON CONFLICT} puts the rows in place and skips what is not news:
 * of an order, a revision that is not greater; of anything else, what stands no later in its
 * partition and is no later in time. History is only ever added to.
 *
 * <p><b>States</b> of the loop: flowing; or holding a batch because Postgres is away, partitions
 * paused, polling on so that the group keeps us, live but not ready.
 *
 * <p><b>Failures.</b> A record that cannot be read, and a row that Postgres refuses (SQLSTATE
 * classes 22, 23, 54), becomes a dead letter that says why; the rest of its batch is stored.
 * Postgres away, full, read-only or refusing the login (08, 28, 53, 57, 58, 25006) and transactions
 * in each other's way (40, 55P03) are tried again for ever. Anything else, a missing table say,
 * ends the process: a person must look.
 *
 * <h2>Relaying the outbox</h2>
 *
 * <p><b>Guarantee.</b> A row committed to {@code outbox} reaches {@link
 * dev.ordem.contract.Topics#SYNC_COMMANDS} at least once, in the order of commits while the relay
 * runs, and is deleted once the brokers have it. A row that is no command becomes a dead letter.
 *
 * <p><b>How.</b> Debezium reads the table, then follows the log from there through a replication
 * slot, which one process of all sinks can hold; the others look every two seconds and take over.
 * The table itself remembers what is still to be sent, so no offsets are kept anywhere, and a lost
 * slot loses nothing.
 *
 * <p><b>Needs.</b> {@code wal_level = logical} and a user that may replicate; a start without them
 * is refused, naming what to change. While no sink runs, the slot makes Postgres keep its log:
 * whoever gives Ordem up drops the slot ({@code SELECT pg_drop_replication_slot('ordem_outbox')}).
 *
 * <h2>Asking for a run by SQL</h2>
 *
 * Whoever asks writes two rows in one transaction. {@code SELECT ordem_run('full')} does so; the
 * same by hand, or from another service:
 *
 * <pre>{@code
 * INSERT INTO sync_run (id, account, mode, status, created_at, request)
 * VALUES (:runId, :account, :mode, 'QUEUED', now(), :request::jsonb);
 *
 * INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, created_at)
 * VALUES (gen_random_uuid(), 'sync-commands', :key, :type, :command::jsonb, now());
 * }</pre>
 *
 * {@code command} is a {@link dev.ordem.contract.SyncCommand} as the serde of {@link
 * dev.ordem.contract.Topics#SYNC_COMMANDS} writes it, with {@code "schema":1} and {@code "type"}.
 * {@code key} becomes the record's key: the run's id, or {@code account:osId} for a refresh. {@code
 * id} and {@code created_at} of {@code outbox} have defaults. Commands other than {@code run}
 * insert into {@code outbox} only. Everything else in {@code sync_run} is written from {@link
 * dev.ordem.contract.Topics#SYNC_RUNS}.
 */
@NullMarked
package dev.ordem.sink;

import org.jspecify.annotations.NullMarked;
