/**
 * The whole pipeline in one process, and the command line.
 *
 * <p><b>What {@code up} promises.</b> One command brings up a broker, a database, a simulated Tiny
 * account when none is given, and the three services; everything it needs to go on lives in {@code
 * .ordem}, so a second {@code up} resumes where the first one ended, however that one ended.
 * Nothing listens on anything but 127.0.0.1.
 *
 * <p><b>States of {@code .ordem}.</b> Absent: it is made. Present and free: it is taken up again.
 * Held by a living process (a lock on {@code .ordem/lock}, with that process's id in it): refused.
 * Written by a newer Ordem, Kafka or PostgreSQL: refused before anything is touched.
 *
 * <p><b>Failures.</b> What a person can put right (a busy port, a directory that is not ours, a
 * newer data directory) is one line that names the remedy and exit code 1; what the broker and the
 * database have to say about themselves is in {@code .ordem/ordem.log} and {@code
 * .ordem/postgres.log}. A process killed hard leaves a broker directory that recovers by itself and
 * perhaps a PostgreSQL without a parent, which the next start stops before it starts its own.
 *
 * <p><b>What the embedded broker and database are not.</b> They are durable against the death of
 * the process. Against the death of the machine PostgreSQL is ({@code fsync} is on); the broker,
 * like any single Kafka node, hands its writes to the operating system and may lose the last
 * seconds. Give {@code KAFKA_BOOTSTRAP_SERVERS} and {@code POSTGRES_URL} where that matters.
 */
@NullMarked
package dev.ordem.quickstart;

import org.jspecify.annotations.NullMarked;
