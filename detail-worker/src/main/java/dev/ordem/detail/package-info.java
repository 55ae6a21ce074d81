/**
 * The detail worker: the {@link dev.ordem.detail.ledger ledger}, which decides, and the {@link
 * dev.ordem.detail.fetch fetcher}, which calls Tiny. They meet in topics only, so any number of
 * processes can hold any part of either.
 *
 * <p><b>States.</b> Started when Kafka and Postgres were reached; not ready while partitions are
 * handed over; dead when a loop of either has ended, which ends the process.
 */
@NullMarked
package dev.ordem.detail;

import org.jspecify.annotations.NullMarked;
