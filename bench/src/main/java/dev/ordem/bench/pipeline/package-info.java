/**
 * Measurements of the whole pipeline: real processes of the services, Kafka's own server, Postgres,
 * and an account of the simulated Tiny over HTTP.
 *
 * <h2>What is guaranteed</h2>
 *
 * <b>The witnesses are others.</b> Calls are counted by the simulated API, time between processes
 * is taken from the database's clock, processor time from the operating system, and what is right
 * from the simulator's truth; never from what a service says of itself.
 *
 * <p><b>Processor time, not the clock</b>, wherever a promise is about a core: other work on the
 * machine makes the clock longer, not the processor time. It is read from {@code /proc} in
 * hundredths of a second, of Postgres with all its backends, those that have ended included: Linux
 * only.
 *
 * <h2>States</h2>
 *
 * A {@link dev.ordem.bench.pipeline.process.Fleet} has its stores in a temporary directory and is
 * gone with its measurement. {@link dev.ordem.bench.pipeline.process.Up} is {@code ./ordem up} on a
 * directory that may be kept: with {@code --home} the next measurement begins with the orders that
 * the last one loaded.
 *
 * <h2>When it fails</h2>
 *
 * What does not come within its time ends the measurement with a sentence that says what was waited
 * for, and leaves the logs of all processes, whose directory is named. Processes end with the one
 * that started them, unless that is killed with SIGKILL.
 */
@NullMarked
package dev.ordem.bench.pipeline;

import org.jspecify.annotations.NullMarked;
