/**
 * Answers of the API, spoilt at random, before the whole pipeline: {@code bench/run fuzz}.
 *
 * <h2>What is guaranteed</h2>
 *
 * {@link dev.ordem.bench.fuzz.MutatingServer} stands between {@code ./ordem up} and the simulated
 * API, on the wire. {@link dev.ordem.bench.fuzz.Fate} draws from the seed what befalls an order:
 * nothing, the same answer for ever, another one of its kind each time, or a single one; of its
 * item in lists or of its detail; in bytes, in JSON or in how HTTP is spoken. Pages are spoilt by
 * chance, too, but those that are sent badly are so once. {@link dev.ordem.bench.fuzz.FuzzChecks}
 * compares what came of it with Tiny's truth.
 *
 * <h2>What it does not see</h2>
 *
 * An order that spoilt answers tell of may be stored as they say: no one can know better. It counts
 * as stored, whatever its row says, until the answers are good again; then it must be as in Tiny.
 */
@NullMarked
package dev.ordem.bench.fuzz;

import org.jspecify.annotations.NullMarked;
