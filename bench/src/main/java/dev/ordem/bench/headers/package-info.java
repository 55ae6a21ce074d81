/**
 * What unchanged headers cost the ledger.
 *
 * <h2>What is guaranteed</h2>
 *
 * Headers are what a full run writes, byte for byte, of orders that the worker knows with their
 * details; processor time is the whole process's, as Linux counts it. The worker has committed all
 * of them when a round ends.
 *
 * <h2>When it fails</h2>
 *
 * As {@link dev.ordem.bench.pipeline} says.
 */
@NullMarked
package dev.ordem.bench.headers;

import org.jspecify.annotations.NullMarked;
