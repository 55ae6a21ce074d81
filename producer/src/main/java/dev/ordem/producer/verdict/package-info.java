/**
 * Whether a run has what it asked for: evidence, verdict, and what is done until there is one.
 *
 * <p><b>Guarantee.</b> A run is called COMPLETE only if nothing that it asked for is missing in
 * Postgres. That is judged by content, never by position: the ledger tells of each partition what
 * it holds of an account in four numbers, and the same numbers are taken from the tables. It rests
 * on what Postgres holds and on nothing that a process remembers, so any producer can go on judging
 * where another one died. {@link dev.ordem.producer.verdict.Verdict} is a pure function of {@link
 * dev.ordem.producer.verdict.Evidence}; {@link dev.ordem.producer.verdict.EvidenceStore} reads all
 * of it in one snapshot, {@link dev.ordem.producer.verdict.Judge} does what the verdict says, and
 * {@link dev.ordem.producer.verdict.RunWriter} writes it only while the run is as it was judged.
 *
 * <p><b>States.</b> A run is judged in phase SETTLING, from the end of its headers on, until
 *
 * <ol>
 *   <li>every partition of the ledger has passed the end of this reading, in the present
 *       generation, and took every header; else, or if one has not within six days, the run is read
 *       again;
 *   <li>of a whole read, what it did not show is counted as absent, or a person was asked;
 *   <li>no claim is open;
 *   <li>each partition is proved: at some moment after that, ledger and Postgres were equal. Rows
 *       that Postgres refused are taken out of both sides. A proof stays, as long as the run gets
 *       nothing more in that partition; what others change does not matter. Beside the last one
 *       those that were proved before are compared once more: rows may have gone since ({@link
 *       dev.ordem.producer.verdict.Proof#stands});
 *   <li>rows that stand against the run because Postgres refused them, or the topics do not know
 *       them, were tried once more. Against a run that speaks for all orders stand all of them,
 *       else those that it brought.
 * </ol>
 *
 * <p>Then it is COMPLETE, or PARTIAL with all reasons and the ids. PARTIAL with something that may
 * still come (parked, dropped or refused orders, or a difference) goes on in phase HEALING: when
 * none is left, all partitions are proved again and there is a new verdict. Anything else that made
 * it PARTIAL does not heal by itself: if nothing else is left the phase is ENDED, and a person
 * resumes it or asks for another run.
 *
 * <p><b>When they differ.</b> Postgres is a moment behind the ledger, so a difference alone means
 * nothing. An account that is not equal within 30 s is asked to hold for 5 s, at most once a
 * minute. What differs while both sides stand still for 3 s is repaired once by a sink, in all
 * partitions, from the topics; if it still differs, and sinks have stored all that Kafka held then,
 * the run is PARTIAL, and compared again ever more rarely until both sides are equal.
 *
 * <p><b>Cost.</b> Only partitions that are not proved are compared, but for that last look. Counts
 * and checksums come from indexes alone, which hold a checksum of each row, so that Postgres
 * computes none: 0.3 s of its time for a million rows. Comparing never takes more than a fifth of
 * the time.
 *
 * <p><b>Failures.</b> Postgres or Kafka away: {@link dev.ordem.producer.verdict.Judge#look} throws,
 * nothing is written, and the next look finds the same evidence. A marker that was sent and not
 * written down is sent again, which changes nothing in the ledger. A lost lease, a cancelled or
 * resumed run: nothing is written. A dead sink: the run waits and says for what.
 */
@NullMarked
package dev.ordem.producer.verdict;

import org.jspecify.annotations.NullMarked;
