/**
 * The book of runs, and when runs begin by themselves.
 *
 * <p>A run is a row of {@code sync_run}. Asking for one, cancelling and resuming are SQL functions
 * ({@code R__runs.sql}); {@link dev.ordem.producer.runs.RunLeases} gives runs to producers, {@link
 * dev.ordem.producer.runs.RunBook} writes what reading comes to, {@link
 * dev.ordem.producer.runs.RunMaintenance} looks after all of them, {@link
 * dev.ordem.producer.runs.Scheduler} asks.
 *
 * <p><b>Guarantee.</b> A run has one holder at a time: a lease by the database's clock, and an
 * epoch that grows with each change of holder and stands in the {@code WHERE} of every write. Two
 * producers never read the headers of one account under valid leases. A reading's number only
 * grows. What a run still owes the ledger (cancel, resume, forget) stands in its row until it was
 * sent.
 *
 * <p><b>Failures.</b> Every write says whether it found the run as it must be; false is no error,
 * but the end of the writer's part. A row that somebody has locked is skipped where many are
 * written at once, and nothing is concluded from that; its run waits for it alone. NOTIFY is a
 * shortcut: whoever waits for it also looks by itself.
 */
@NullMarked
package dev.ordem.producer.runs;

import org.jspecify.annotations.NullMarked;
