/**
 * The quota of Tiny accounts, shared by every process on one database.
 *
 * <p><b>Guarantee.</b> In any interval of length T the server receives at most L calls of ours,
 * whatever happens to the processes. An account has L slots for each window T (a second, the
 * window, the hour). A permit holds one slot of each, taken in one transaction; the slot is free
 * again T after the response was here. Suppose L + 1 calls arrived within T. When the last was sent
 * each of the others had been sent, and none of their slots was free, for a slot is freed T after a
 * response, which comes after the arrival. So L slots were held and there was none left to send it
 * with. Only the database's clock is asked, so processes need not agree on the time.
 *
 * <p>What the proof leans on:
 *
 * <ul>
 *   <li>A lease lasts 8 s and is prolonged every second while its process lives and the call is
 *       under way, but for no longer than a call may take. A request may leave only while its lease
 *       is known to last 5 s more, which is asked when the connection is there, just before the
 *       first byte. So the slots of a process that was killed are free again after at most 8 s + T,
 *       and what it had written has 5 s to arrive. A process that is suspended between that
 *       question and the write, and for longer than the lease, is beyond any proof; so is a network
 *       that delivers the bytes of a dead process after more than 5 s.
 *   <li>A call that timed out may still arrive: its slots are not given back, they run out.
 *   <li>Permits are committed to disk before they are used. What is given back is not: losing it is
 *       safe.
 *   <li>The database's clock may be set back by any step: the quota's own clock never goes back
 *       with it, but goes on by nine tenths of what passes until the database's has caught up, so
 *       slots are held for a ninth longer, or after a step shorter than a window for as long as the
 *       step, and are not free at once when the clock is put right. Set forward, it would free them
 *       before their time is over. A process that asks tells what the clock can show by then, from
 *       its own monotonic clock: by as much as it shows more, if that is a second or more, all that
 *       is held is held for longer. Beyond help is a clock set forward while no process of ours
 *       that asks next has read it (after a step back: set forward by a part of that step), or by
 *       less than a second.
 * </ul>
 *
 * <p>On top of the slots, the server's word. No single header rules: a {@code X-RateLimit-Limit}
 * counts when three answers in a row told the same, and none does that is above 10,000, has no
 * {@code Reset}, one that lies behind the end of every window, or more {@code Remaining} than
 * itself. {@code Remaining} bounds what may be under way until the reset, which is rounded down and
 * so may be up to a second later; of answers that overlapped the least counts, and one without a
 * word has taken one. A 429 closes the account for every process until the reset (without headers:
 * until the next minute of the server's own clock, as its {@code Date} tells it). Several of calls
 * that were under way together are one incident. After it one call goes first, and the others once
 * it was served. Calls go one by one, too, where it is doubtful what is left: while it is three at
 * the most, and, without the server's word, for two windows after a 429. So another application on
 * the account costs one 429 a window at the most, and what it leaves is used. If even the call that
 * goes first is refused, window after window, it takes all: the account says so, and since when. A
 * twentieth of the slots is kept for people and another for pages, and a fifth for looks, from what
 * can wait; but only while they ask: a share that is kept for nobody is quota thrown away.
 *
 * <p>{@code tiny_quota_use} has a row for each permit of the last two and a half hours. The highest
 * count in any window is computed from it, not from the slots, and exported: the guarantee can be
 * watched.
 *
 * <p>A permit says when it was granted, and tells the database's time of the answer from what
 * passes on the monotonic clock. Where no window asks the database for each permit, its clock is
 * read at least once a second, with the question whether the server closed the account: the round
 * trip and what the clocks can have drifted since are taken into the bounds ({@link
 * dev.ordem.tiny.quota.ClockReading}). What is told never goes back with that clock: set back, it
 * goes on from the account's last call, a little slower, until the clock has caught up. Readers
 * believe no time that is more than five minutes ahead of their host's clock, so nothing is told
 * that is more than 290 s ahead of the later one of the database's clock and that of the host that
 * asks. So either clock may be wrong by itself, by any step. If all clocks are set back together,
 * times are told 290 s ahead until what was told before is reached; after a step of more than an
 * hour the clock is believed at once, and what a ledger has not read by then of the time before may
 * hide what is seen later.
 */
@NullMarked
package dev.ordem.tiny.quota;

import org.jspecify.annotations.NullMarked;
