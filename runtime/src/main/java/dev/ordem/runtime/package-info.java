/**
 * What every process does: configuration, database, start, health, metrics, stop.
 *
 * <p>A process is a list of {@link dev.ordem.runtime.Service services} behind one HTTP server, run
 * by {@link dev.ordem.runtime.ServiceProcess}. The three services make one process each; the
 * quickstart puts all of them into one.
 *
 * <p><b>Life.</b> Constructors read the {@link dev.ordem.runtime.Environment} and do no I/O. All
 * variables are judged before anything starts; bad ones are all named in one error and the process
 * exits with 2. Services start in order and are closed in reverse order, each once. A signal stops
 * the process in order. A service whose {@link dev.ordem.runtime.Health} is no longer live ends the
 * process with 1: whatever watches over it starts a new one, which resumes where the old one was.
 *
 * <p><b>Threads.</b> Each is a {@link dev.ordem.runtime.Loop} or one of {@link
 * dev.ordem.runtime.Workers}, also in {@code tiny-client}, which for that reason may import this
 * package. Whatever ends one unexpectedly, an Error included, is logged and makes its service no
 * longer live; so no process goes on with a thread missing. {@code LayersTest} forbids all others.
 *
 * <p><b>Health.</b> Live: its loops run. Ready: it also reaches what it needs. An exhausted quota
 * or an open breaker makes no service unready: that is work to be done later, not a fault.
 *
 * <p><b>Database.</b> {@link dev.ordem.runtime.ConnectionPool} makes every pool, so that no wait
 * for Postgres is without an end, nor what Postgres does for somebody who waits no more. {@link
 * dev.ordem.runtime.Migrations} brings the tables of the whole installation up to date; whichever
 * service starts first runs it, and any number may at once.
 *
 * <p><b>Failures.</b> {@link dev.ordem.runtime.ConfigurationException}: a person must change a
 * variable. {@link dev.ordem.runtime.StartException}: something outside is not as it must be; its
 * message says what and what to do. Anything else is a defect and is printed whole.
 */
@NullMarked
package dev.ordem.runtime;

import org.jspecify.annotations.NullMarked;
