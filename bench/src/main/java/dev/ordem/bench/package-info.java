/**
 * Measurements of Ordem against its own promises and against what others offer in the place of its
 * parts. {@code bench/README.md} has the figures.
 *
 * <h2>What is guaranteed</h2>
 *
 * <b>The witness is the server.</b> Whether a limiter keeps a limit is read from the arrival log of
 * the simulated API, never from what the limiter says of itself. All limiters meet the same server,
 * the same {@link dev.ordem.bench.Road} with the same delays, and the same processes, which are
 * real and killed with SIGKILL. Limiters that know only their own process get their share of the
 * limit, rounded down, which is the most that a careful operator could configure.
 *
 * <h2>What is measured</h2>
 *
 * Over the whole run, the warming up included: the most arrivals in any window of any position. In
 * a whole number of windows after one of warming up: the calls served, and their share of what can
 * be served by any limiter that keeps the limit.
 *
 * <h2>When it fails</h2>
 *
 * A calling process that ends by itself ends the measurement with an error. Processes hold the
 * other end of a pipe to their parent and end with it, however it ends.
 */
@NullMarked
package dev.ordem.bench;

import org.jspecify.annotations.NullMarked;
