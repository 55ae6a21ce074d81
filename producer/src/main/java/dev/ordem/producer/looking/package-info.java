/**
 * Looks at Tiny's lists all the time, one page at a time, and tells the ledger what is new.
 *
 * <p>{@code Watches} takes accounts that nobody watches; an {@code AccountWatch} looks where {@link
 * dev.ordem.producer.watch.LookPolicy} says, when {@link dev.ordem.producer.watch.LookPace} says;
 * {@code LookResult} decides what a page tells. Watching is no run: what it writes to {@code
 * os-headers} belongs to none, so it makes no claim, counts for no verdict, and its details are
 * nobody's to cancel.
 *
 * <p><b>Guarantee.</b> Of an account one look is under way at most, and one producer watches it, by
 * a lease in table {@code watch}. What was learned stands in {@code watch_slice}, so that the next
 * one forgets nothing. A row that differs from what this watcher told last, or, a minute later,
 * from what Postgres shows, is told; an order that a page must show and does not is told to be
 * missing, and its detail decides. A look that shows nothing new writes nothing to Kafka; what is
 * told in vain, since list and detail never agree, is told twice as late each time ({@code
 * Repetition}). Neither threads nor connections grow with the accounts.
 *
 * <p><b>Failures.</b> A page that cannot be had is asked for again, and then looked at in smaller
 * ones, between looks at others, until the rows at fault stand alone ({@code BrokenSlices}, {@code
 * SlicePieces}); those are named in {@code unreadable_header} and stepped over, until the whole
 * page is served again. A slice is as old as the oldest part of it that was seen: a failure does
 * not make it younger, and no other slice's success hides it. If nothing can be had, looks become
 * rare, and {@code watch.waits_for} says why. A page that misses most of what is known tells
 * nothing: a whole run is to find out. A row without an id that can be its own, or whose record
 * Kafka refuses for its size, is named in the same way as long as looks at its slice show it
 * ({@code LookFaults}). A row without its id may be any order between the rows beside it, so of
 * these nothing is said, unless so many are missing that most of them must have left ({@code
 * PageSpan}). A row of {@code watch} that somebody has locked costs its own account the watch, once
 * its lease is over. Nobody looks before this process has seen that the account lives in the
 * present generation, for until then the ledger takes nothing. What was learned of an order's last
 * header is in memory only: after a takeover each order is told once more, which the ledger knows
 * to be nothing new.
 */
@NullMarked
package dev.ordem.producer.looking;

import org.jspecify.annotations.NullMarked;
