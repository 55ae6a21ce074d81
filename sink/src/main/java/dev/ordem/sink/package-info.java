/**
 * The sink: topics into Postgres, the outbox to Kafka.
 *
 * <p>One process, four loops, which share a pool of connections and a producer and nothing else:
 * the store loop and the repairs of {@link dev.ordem.sink.tables} and {@link
 * dev.ordem.sink.repair}, the relay of {@link dev.ordem.sink.outbox} and the metrics of its lag. A
 * loop that dies ends the process with 1.
 *
 * <p><b>Guarantee.</b> What a committed record says is in Postgres, or set aside where people look,
 * before its offset is committed; what a committed row of the outbox asks for is in Kafka before
 * the row goes. Several sinks may run: they share the partitions, one relays, and each takes
 * repairs. One that is killed is replaced within its session of 6 s by another, or by itself when
 * it is started again.
 *
 * <p><b>Start.</b> Tables are brought up to date under a lock that all services share; Postgres
 * must have {@code wal_level = logical} and a user that may replicate; topics are created, or
 * refused by name if they would break the pipeline. What a person must change is told in one line.
 *
 * <p><b>Failures.</b> A frozen database host holds no one for longer than the pool's socket
 * timeout. Postgres away is waited for, unready. A record of a newer version ends the process
 * before it.
 */
@NullMarked
package dev.ordem.sink;

import org.jspecify.annotations.NullMarked;
