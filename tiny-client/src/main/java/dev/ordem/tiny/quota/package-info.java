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
 *       under way. A request may leave only while its lease is known to last 5 s more, which is
 *       asked when the connection is there, just before the first byte. So the slots of a process
 *       that was killed are free again after at most 8 s + T, and what it had written has 5 s to
 *       arrive. A process that is suspended between that question and the write, and for longer
 *       than the lease, is beyond any proof; so is a network that delivers the bytes of a dead
 *       process after more than 5 s.
 *   <li>A call that timed out may still arrive: its slots are not given back, they run out.
 *   <li>Permits are committed to disk before they are used. What is given back is not: losing it is
 *       safe.
 *   <li>The database's clock must not be set forward: slots would be free before their time is
 *       over. Set back, it only keeps them longer.
 * </ul>
 *
 * <p>On top of the slots, the server's word. {@code X-RateLimit-Limit} sets the limit, {@code
 * Remaining} and {@code Reset} bound what may be under way until the reset, a 429 closes the
 * account for every process until the reset (without headers: until the next minute of the server's
 * own clock, as its {@code Date} tells it). An endpoint that drew a 429 is spaced out: 1 s, doubled
 * by each further one, shortened by a tenth by each success, gone after two windows without any. A
 * twentieth of the slots is kept for people and another for pages, but only while they ask: a share
 * that is kept for nobody is quota thrown away.
 *
 * <p>{@code tiny_quota_use} has a row for each permit of the last two and a half hours. The highest
 * count in any window is computed from it, not from the slots, and exported: the guarantee can be
 * watched.
 *
 * <p>A permit says when it was granted, and tells the database's time of the answer from what
 * passes on the monotonic clock. Where no window asks the database for each permit, its clock is
 * read at least once a second, with the question whether the server closed the account: the round
 * trip and what the clocks can have drifted since are taken into the bounds ({@link
 * dev.ordem.tiny.quota.ClockReading}). What is told never goes back with that clock: set back by up
 * to five minutes, it goes on from the account's last call, a little slower, until the clock has
 * caught up.
 */
@NullMarked
package dev.ordem.tiny.quota;

import org.jspecify.annotations.NullMarked;
