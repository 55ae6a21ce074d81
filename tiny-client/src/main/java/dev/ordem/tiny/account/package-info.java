/**
 * Tokens and quota of Tiny accounts, shared by every process on one database.
 *
 * <h2>Quota: the guarantee</h2>
 *
 * In any interval of length T the server receives at most L calls of ours, whatever happens to the
 * processes. An account has L slots for each window T (a second, the window, the hour). A permit
 * holds one slot of each, taken in one transaction; the slot is free again T after the response was
 * here. Suppose L + 1 calls arrived within T. When the last was sent each of the others had been
 * sent, and none of their slots was free, for a slot is freed T after a response, which comes after
 * the arrival. So L slots were held and there was none left to send it with. Only the database's
 * clock is asked, so processes need not agree on the time.
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
 * dev.ordem.tiny.account.ClockReading}).
 *
 * <h2>Tokens: the guarantee</h2>
 *
 * A refresh token is sent once, or again where no answer came. It dies with its use, so the new
 * pair is stored before anything is done with it. Whoever wants to renew marks the row first, in a
 * transaction of its own, for a minute; nobody else renews that version meanwhile. Five minutes
 * before expiry (for short-lived tokens, after four fifths of their life) any process renews,
 * working or idle, so the refresh token, which lives one day, never grows old while one process
 * lives.
 *
 * <p>A thread of each process looks for renewals every two seconds. An account whose renewal fails
 * keeps no other waiting. When it fails, hangs, or dies of an Error, {@code Accounts.upkeep} says
 * so, and {@code ordem_token_upkeep_age_seconds} grows; a service whose keeper is dead is not live
 * any more, for nobody would renew the tokens of its accounts while they are idle.
 *
 * <p>States of an account: <em>ready</em>, or <em>authorisation required</em>, which survives
 * restarts and ends when a person connects the account, or configures a refresh token never seen
 * before.
 *
 * <ul>
 *   <li>Killed before the answer, or before it was stored: when the minute is over the next holder
 *       sends the old token once more. Either it was never used, and all is well; or it was, and
 *       Tiny says {@code invalid_grant}: authorisation required. There is no third way, since the
 *       new token is lost.
 *   <li>Token endpoint away, slow or broken: tried again after 2 s, 4 s … 5 min. No verdict is made
 *       of it; the old access token is used as long as it lives.
 *   <li>401 for a call: one renewal, one repeat. 401 again within a minute of such a renewal: the
 *       account is left alone, since renewing does not help.
 *   <li>Wrong key: nothing is deleted; the account waits for the key or for a person.
 * </ul>
 *
 * <p>Tokens are encrypted at rest with {@code ORDEM_SECRET_KEY}. To rotate, put the new key in
 * front of the old one; with the next renewal, hours later, nothing is encrypted with the old one.
 */
@NullMarked
package dev.ordem.tiny.account;

import org.jspecify.annotations.NullMarked;
