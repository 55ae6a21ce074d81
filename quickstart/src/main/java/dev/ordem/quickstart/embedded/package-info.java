/**
 * What {@code up} brings itself where it was given none: Kafka, PostgreSQL, a simulated Tiny
 * account, and the directory {@code .ordem} that keeps their data.
 *
 * <p><b>Guarantee.</b> What was acknowledged outlives a stop and a hard kill: these are an ordinary
 * broker and an ordinary server, durable, on directories of their own. One process at a time has
 * {@code .ordem} open. Everything listens on 127.0.0.1 only.
 *
 * <p><b>Identity.</b> {@link dev.ordem.quickstart.embedded.Stores} keeps the simulated account's
 * stores and real ones' apart, and remembers whose they are; another's start is refused.
 *
 * <p><b>Failures.</b> A directory that a newer version wrote, that belongs to somebody else or is
 * in use, and a PostgreSQL that outlived its process and cannot be stopped, are a {@link
 * dev.ordem.runtime.StartException} that says what to do.
 */
@NullMarked
package dev.ordem.quickstart.embedded;

import org.jspecify.annotations.NullMarked;
