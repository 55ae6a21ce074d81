/**
 * The producer: carries out runs, which others ask for in the book of runs.
 *
 * <p>{@link dev.ordem.producer.ProducerService} is the graph. Loops claim runs and keep their
 * leases ({@code RunDispatcher}); what a run needs next is done by {@code RunWorker}: markers that
 * are owed to the ledger, then the headers ({@code .reading}), then a look of the judge. The plan
 * of a run is made of lists ({@link dev.ordem.producer.paging.Plan}), each read page by page
 * ({@code .reading.PassReader}); each page is written to {@code os-headers} and acknowledged before
 * the cursor moves in the run's row; behind the last page stand markers in every partition.
 *
 * <p><b>Guarantee.</b> A header that was in the list during a whole pass is not missed, however the
 * list moves meanwhile, and whichever producer reads it on. A page may be written twice, which the
 * ledger knows by the reading; it is never passed unwritten. All that stands before a marker in the
 * order of this package was acknowledged before the marker was sent.
 *
 * <p>Beside runs, accounts are watched ({@code .looking}): looked at all the time, where {@code
 * .watch} says that changes are likely. That has no verdict and stands in no run's way; while a
 * run's proof needs an account to stand still, nobody looks.
 *
 * <p><b>States.</b> A run is QUEUED, RUNNING, then COMPLETE, PARTIAL, FAILED or CANCELED; its phase
 * says what is still to be done: READING, SETTLING, HEALING or ENDED. The headers of one account
 * are read by one producer at a time; while the details of one run settle, the next may be read.
 *
 * <p><b>Failures.</b> A producer that dies loses its leases after eight seconds, and any other goes
 * on at the cursor, with a new reading (at the beginning of the list, if it stood still for more
 * than five minutes, so that COMPLETE never rests on pages of yesterday); what a frozen one still
 * writes is a mere sighting to the ledger, and nothing to the row. Postgres or Kafka away: runs
 * wait, health says so, and they go on by themselves. A page that Tiny cannot serve, or that cannot
 * be read, is asked for in smaller pieces until the row at fault stands alone; it is named, and the
 * run is PARTIAL. A list that does not answer at all is tried again, ever slower, then the headers
 * are FAILED, and what was read is still completed. <em>Later</em> is no failure, and keeps no
 * thread: accounts that wait for a person stand in nobody's way. A header that Kafka refuses for
 * its size is named as one that cannot be read; either goes to {@code ordem.dlq} once, until it
 * changes. A loop that dies ends the process.
 */
@NullMarked
package dev.ordem.producer;

import org.jspecify.annotations.NullMarked;
