/**
 * Where to look next: pure decisions, no I/O.
 *
 * <p>A {@link dev.ordem.producer.watch.Slice} is a page of one of Tiny's lists, {@link
 * dev.ordem.producer.watch.SlicePlan} says which an account has, {@link
 * dev.ordem.producer.watch.ChangeRate} learns how often each changes, {@link
 * dev.ordem.producer.watch.LookPolicy} chooses the next one, and {@link
 * dev.ordem.producer.watch.LookPace} says when.
 *
 * <p><b>Guarantee.</b> Nothing is assumed of an account: each slice is looked at again and again,
 * those that change often the more often. Looks keep to their share of the quota, and to a fifth of
 * it while others want all of it.
 *
 * <p><b>Failures.</b> A rate that is wrong makes looks late, never wrong; every page has its turn.
 * What the policy is worth is measured: {@code bench/run watch-policy}.
 */
@NullMarked
package dev.ordem.producer.watch;

import org.jspecify.annotations.NullMarked;
