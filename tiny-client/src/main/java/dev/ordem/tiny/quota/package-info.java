/**
 * The quota of Tiny accounts, shared by every process on one database.
 *
 * <p><b>Guarantee.</b> In any interval of length T the server receives at most L calls of ours,
 * whatever happens to the processes. A permit is a row of {@code tiny_quota_permit}: granted, held
 * until, answered. It is held while its call is under way, and no longer once the response is here,
 * which comes after the request has arrived. It is in a window of length T (a second, the window,
 * the hour) until T after it was held, and one is granted, in a transaction that locks the account,
 * where fewer than L are in each. Suppose L + 1 calls arrived within T. When the permit of the last
 * one was granted, each of the others had been granted before, and was still in the window, for it
 * was held until it arrived or longer. So L were in it, and none could be granted. Only the
 * database's clock is asked, so processes need not agree on the time.
 *
 * <p>What the proof leans on:
 *
 * <ul>
 *   <li>A lease lasts 8 s and is prolonged every second while its process lives and the call is
 *       under way, but for no longer than a call may take. A request may leave only while its lease
 *       is known to last 5 s more, which is asked when the connection is there, just before the
 *       first byte. So the permits of a process that was killed have left the window after at most
 *       8 s + T, and what it had written has 5 s to arrive. A process that is suspended between
 *       that question and the write, and for longer than the lease, is beyond any proof; so is a
 *       network that delivers the bytes of a dead process after more than 5 s.
 *   <li>A call that timed out may still arrive: its permit is held until its lease ends.
 *   <li>Permits are committed to disk before they are used. Answers are not: losing one is safe.
 *   <li>The database's clock may be set back by any step: the quota's own clock never goes back
 *       with it, but goes on by nine tenths of what passes until the database's has caught up, so
 *       permits count for a ninth longer, and do not end at once when the clock is put right. Set
 *       forward, it would end them before their time is over. So a process is told what the clock
 *       shows less what it was set by, and says when it asks next what that can be by then, from
 *       its own monotonic clock: if it is a second or more beyond it, all that is held is held for
 *       longer, by as much as the quota's clock leapt. Beyond help is a clock set forward while no
 *       process of ours that asks next has asked for that account before (after a step back: set
 *       forward by a part of that step), or while that one waits for the account's row, or by less
 *       than a second.
 *   <li>A database that is put back from an older copy of itself has forgotten permits. A process
 *       that asks tells the greatest id that it was given; if the next one is not greater, as many
 *       as lie between count as if they had just been used, for every account. Beyond help is what
 *       is asked for before any process that was given permits since the copy asks again.
 * </ul>
 *
 * <p>On top of what is counted, the server's word. No single header rules: a {@code
 * X-RateLimit-Limit} counts when three answers in a row told the same, and none does that is above
 * 10,000, has no {@code Reset}, one that lies behind the end of every window, or more {@code
 * Remaining} than itself. {@code Remaining} bounds what may be under way until the reset, which is
 * rounded down and so may be up to a second later; of answers that overlapped the least counts, and
 * one without a word has taken one. A 429 closes the account for every process until the reset
 * (without headers: until the next minute of the server's own clock, as its {@code Date} tells it).
 * Several of calls that were under way together are one incident. After it one call goes first, and
 * the others once it was served. Calls go one by one, too, where it is doubtful what is left: while
 * it is three at the most, and, without the server's word, for two windows after a 429. So another
 * application on the account costs one 429 a window, seldom two, and what it leaves is used.
 *
 * <p>Another application takes from the bucket of a second, too. That it is there is known from a
 * 429, or before: where three answers in a row count more calls of the window than can be ours. For
 * two windows after the last sign of it, calls are not made as soon as there is room, but spread
 * over what is left of the window, as fast as what others left of the last one asks for, and a
 * little faster: they meet the others' least so. Those for which a person waits are not held back.
 * A 429 of the second's bucket closes the account for that second, and until the window ends calls
 * are a second apart; but where others take one second after the other (one call, alone, was
 * refused again; or they took half of all seconds so far; or did so at this time of a window
 * before), for as long as they need for their share at that pace. Beyond that is who takes whole
 * seconds and is met for the first time, at another time of each window, or where answers have no
 * headers: that costs a few 429s, and none of what is free. If even the call that goes first is
 * refused, window after window, it takes all: the account says so, and since when. A twentieth of
 * each window is kept for people and another for pages, and a fifth for looks, from what can wait;
 * but only while they ask: a share that is kept for nobody is quota thrown away.
 *
 * <p>The rows stay for two and a half hours. The highest count in any window is computed from when
 * permits were granted, not from how long they were held, and exported: the guarantee can be
 * watched.
 *
 * <p>A permit says when it was granted, and tells the database's time of the answer from what
 * passes on the monotonic clock. Where no window asks the database for each permit, its clock is
 * read at least once a second, with the question whether the server closed the account: the round
 * trip and what the clocks can have drifted since are taken into the bounds ({@link
 * dev.ordem.tiny.quota.ClockReading}). What is told never goes back with that clock: set back, it
 * goes on from the account's last call, a little slower, until the clock has caught up. Readers
 * believe no time that is more than five minutes ahead of their host's clock, so nothing is told
 * that is more than 270 s ahead of the later one of the database's clock and that of the host that
 * asks. So either clock may be wrong by itself, by any step. If all clocks are set back together,
 * times are told 270 s ahead until what was told before is reached; after a step of more than an
 * hour and a half the clock is believed at once, and what a ledger has not read by then of the time
 * before may hide what is seen later.
 */
@NullMarked
package dev.ordem.tiny.quota;

import org.jspecify.annotations.NullMarked;
