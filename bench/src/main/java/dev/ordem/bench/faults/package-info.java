/**
 * Every process and store, alone and in twos, killed, frozen, restarted, cut off or out of disk at
 * random moments, and acts of people on the data, while an account lives and runs are asked for:
 * {@code bench/run faults}.
 *
 * <p>{@link dev.ordem.bench.faults.FaultDeck} draws the rounds from a seed and knows nothing of
 * processes; {@link dev.ordem.bench.faults.RoundRunner} carries one out; {@link
 * dev.ordem.bench.faults.Versions} says whether its verdict was true; {@link
 * dev.ordem.bench.faults.WholeComparison} looks at everything; {@link
 * dev.ordem.bench.faults.FaultTable} is what is told of it.
 */
@NullMarked
package dev.ordem.bench.faults;

import org.jspecify.annotations.NullMarked;
