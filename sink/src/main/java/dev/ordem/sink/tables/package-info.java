/**
 * Topics into tables.
 *
 * <p><b>Guarantee.</b> What a committed record says is in Postgres before its offset is committed,
 * and storing it again, in whole or in part, by this sink or another, changes nothing. So the
 * tables are what the topics say: dropping them and the group's offsets and starting again gives
 * the same rows, without one call to Tiny. (Orders whose tombstone was compacted away are the
 * exception: their rows do not come back.)
 *
 * <p><b>How.</b> One poll is one batch is one transaction. {@code COPY} fills a temporary table for
 * each table; one {@code INSERT … ON CONFLICT} puts the rows in place and skips what is not news:
 * of an order, a revision that is not greater, unless it is the same and stands later or in another
 * partition, as a baseline tells it again; of anything else, what stands in no later topic of that
 * name, no later in its partition, and is no later in time. History is only ever added to. Rows of
 * {@code os} and {@code os_status_history} carry the partition of their record, so that each can be
 * compared with what the ledger says of it. The topic {@code sync-run-progress} fills two tables,
 * and a key that begins with {@code account:} tells which; a value under a key that is not its own
 * is unreadable.
 *
 * <p><b>States</b> of the loop: flowing; or holding a batch because Postgres is away, partitions
 * paused, polling on so that the group keeps us, live but not ready.
 *
 * <p><b>Failures.</b> Values that Postgres cannot hold are made storable where the row is built:
 * years before 1 and after 9999 and numbers of more than a thousand digits become null, U+0000 is
 * left out of every text, an entry of an index is cut. A record that cannot be read becomes a dead
 * letter. A row that Postgres refuses all the same (SQLSTATE classes 22, 23, 54) is found by
 * halves, becomes a dead letter once, and a row of {@code os_refused}, with what it counts in the
 * ledger's certificate; that row goes when the same or a newer one is stored, and triggers keep it
 * in {@code import_failures_resolved}. The rest of its batch is stored. Postgres away, full,
 * read-only or refusing the login (08, 28, 53, 57, 58, 25006) is tried again for ever; so are
 * transactions in each other's way (40, 55P03), but one that is in the way five times in a row is
 * taken for a row's, if none goes through. A record of a newer schema ends the loop, once all
 * before it is stored and committed. Anything else, a missing table say, ends the process: a person
 * must look.
 */
@NullMarked
package dev.ordem.sink.tables;

import org.jspecify.annotations.NullMarked;
