/**
 * Puts rows right that differ from the topics, without a call to Tiny.
 *
 * <p><b>Guarantee.</b> When a row of {@code repair} is done without an error, then, of its account
 * and partitions: every order and change that the topics held when it began is stored or stands in
 * {@code os_refused} as REFUSED, no row has another revision than the topics' or is removed where
 * they say it is not, no change reads otherwise, and, if {@code extras} was asked, what the topics
 * do not know stands in {@code os_refused} as EXTRA. Such rows are never deleted. History before
 * the first change that the topic holds of an order is not judged. A column changed under the same
 * revision is not seen.
 *
 * <p><b>How.</b> A consumer of no group reads {@code os-enriched} and {@code os-status-changes}
 * from their beginnings, one partition after the other. What a table does not hold, and what was
 * refused, goes through the same statements as in the store loop. Keys and revisions are noted in
 * temporary tables, so memory is that of one poll however many orders there are, and compared in
 * SQL.
 *
 * <p><b>Beside the store loops</b>, which go on, here and in other sinks: rows that differ are
 * noted first, then the topic is read to its present end, and only what still differs and has not
 * moved is wrong, since all that a sink stored was in the topic before. A row whose revision was
 * raised is given the revision before the topic's, which makes the topic's news to every sink; then
 * the partition is read again to an end taken afterwards, so that what a store loop skipped
 * meanwhile is stored too.
 *
 * <p><b>States</b> of a repair: open; taken, under a lease of 10 s that is renewed at each poll;
 * done, with counts or with an error. Who loses the lease stops; whoever takes it over begins anew,
 * which is harmless.
 *
 * <p><b>Failures.</b> Postgres or the brokers away: left to be taken again. A partition that is not
 * there, a record of a newer schema, a missing right: done, with the error.
 *
 * <p>The same loop forgets resolved failures after 90 days.
 */
@NullMarked
package dev.ordem.sink.repair;

import org.jspecify.annotations.NullMarked;
