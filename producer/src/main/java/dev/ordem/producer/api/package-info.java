/**
 * The producer's HTTP API, and the only place of the producer that speaks to Postgres.
 *
 * <p><b>Guarantee.</b> What is asked for is written in one transaction: the run's row, which the
 * caller can look at from then on, and the command in the {@code outbox}, which the sink relays to
 * Kafka. Who was answered 202 has a run; who was not has none. Whoever serves the API need not be
 * the producer that is active.
 *
 * <p><b>Answers</b> are JSON. What is read comes from the sink's tables, so it is as old as the
 * sink's last commit.
 *
 * <p><b>Failures</b> are {@code application/problem+json}: 400 names the field and what would be
 * right, 404 and 409 name the run or order and what can be done, 503 with {@code Retry-After} says
 * that Postgres is away or has no tables yet. Nothing was changed in any of these cases.
 */
@NullMarked
package dev.ordem.producer.api;

import org.jspecify.annotations.NullMarked;
