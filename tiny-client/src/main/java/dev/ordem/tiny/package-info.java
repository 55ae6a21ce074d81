/**
 * The Tiny API as we see it: two calls, strict in what they send, lenient in what they read.
 *
 * <p>A call goes through: token, breaker, permit, request, verdict. {@link
 * dev.ordem.tiny.http.Http} sends exactly one request for a permit: OkHttp's own repeats (on
 * connection failure, redirect, 408, 503) are off. {@code FailureClassifier} alone decides what a
 * failure means:
 *
 * <table>
 *   <caption>Verdicts</caption>
 *   <tr><td>now</td><td>5xx, 408, 409, 425, no connection, connection lost, a 200 that is no JSON
 *       or Tiny's error body: sent again, three times in all, each with a permit of its own</td><td>Failed</td></tr>
 *   <tr><td>later</td><td>timeouts, redirects, a bad certificate</td><td>Failed</td></tr>
 *   <tr><td>never</td><td>other 4xx, JSON without the id, a body over 8 MiB</td>
 *       <td>Rejected</td></tr>
 *   <tr><td>authorise</td><td>401: renewed once, repeated once</td><td>Later</td></tr>
 *   <tr><td>forbidden</td><td>402, 403: the account is left alone for a minute, then for ever
 *       longer, up to a quarter of an hour</td><td>Later</td></tr>
 *   <tr><td>throttled</td><td>429: the account is closed until the reset</td><td>Later</td></tr>
 *   <tr><td>missing</td><td>404</td><td>NotFound</td></tr>
 * </table>
 *
 * <p>Each account has a breaker of its own, in each process: it opens when half of its last 20
 * calls, or of the first 10, met an outage. An order that goes on failing counts once, and so does
 * a place of a list whose page gets smaller: such failures are their own, until a list shows
 * nothing at all; several places of a list that fail while others are served open nothing. Then it
 * lets two probes through, within the quota, after 15 s, 30 s, 1 min, 90 s; what failed while
 * others were answered is no probe, unless nothing else was asked for a while, and for a place of a
 * list that is known to fail the beginning of the list is asked first. Two minutes after the last
 * failure Tiny was asked again, if anything is wanted of it. While it is open calls end as Later:
 * an outage is no attempt at anything. A request that failed before tells so in its Later: where it
 * asked for one order, that was an attempt, as orders that always fail would keep the breaker open
 * for ever. Whoever watches need not ask Tiny to know: {@code resilience4j_circuitbreaker_state}
 * has one breaker for each client and account of a process, by name, and {@link
 * dev.ordem.tiny.TinyClient#health()} tells since when one is open. It closes by calls alone, so
 * that of an idle process stays open until somebody asks. A page of several rows that fails is not
 * sent again at once, but asked for in smaller ones.
 *
 * <p>Whatever a reader of an answer throws, its permit is given back, and the failure is that
 * answer's.
 *
 * <p>What Tiny answers carries the {@link dev.ordem.tiny.Interval} in which it was true, from the
 * moment in which the permit of that request was granted to the one in which its whole body was
 * here, both on the database's clock: answers to different processes can be put in order, or are
 * seen to overlap, however wrong their hosts' clocks are.
 *
 * <p>What is asked for and how answers are read is in {@link dev.ordem.tiny.order}, one exchange in
 * {@link dev.ordem.tiny.http}, tokens in {@link dev.ordem.tiny.account}, permits in {@link
 * dev.ordem.tiny.quota}.
 */
@NullMarked
package dev.ordem.tiny;

import org.jspecify.annotations.NullMarked;
