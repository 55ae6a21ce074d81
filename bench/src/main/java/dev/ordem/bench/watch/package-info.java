/**
 * The laboratory of the watch: how good is the choice of the next look?
 *
 * <p>{@link dev.ordem.bench.watch.WatchPolicyCommand} lets {@link
 * dev.ordem.producer.watch.LookPolicy} and others choose, on accounts whose true habits are known,
 * each with the same calls at the same times of the same quota, and measures how old each change is
 * when it is seen. Time is simulated, the policy is the real one. What it cannot show: an order
 * that changes its status shows in two lists, here each change shows in one.
 */
@NullMarked
package dev.ordem.bench.watch;

import org.jspecify.annotations.NullMarked;
