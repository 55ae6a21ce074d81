/**
 * The producer's HTTP API.
 *
 * <p><b>Guarantee.</b> What is asked for, cancelled or resumed is done in Postgres before the
 * answer is given, by the functions that SQL and the schedule use too ({@code R__runs.sql}), where
 * the rules stand: who was answered 202 has a run, and one that was cancelled is. Whoever serves
 * the API need not be the producer that carries it out.
 *
 * <p><b>Answers</b> are JSON, times in UTC. Orders, queue and counts are as old as the sink's last
 * commit; the state of a run is the present one.
 *
 * <p><b>Failures</b> are {@code application/problem+json}: 400 names the field and what would be
 * right, 404 and 409 name the account, run or order and what can be done, a 409 the run that stands
 * in the way as {@code runId}, 401 asks for the token, 503 with {@code Retry-After} says that
 * Postgres is away or has no tables yet. Nothing was changed in any of these cases. 500 is a
 * defect, and in the log.
 *
 * <p><b>Where to look.</b> {@link dev.ordem.producer.api.Api} adds the routes; runs and the plan of
 * one are in {@code .runs}, connecting an account in {@code .connect}, and how requests are read,
 * Postgres is asked and answers are written in {@code .http}.
 */
@NullMarked
package dev.ordem.producer.api;

import org.jspecify.annotations.NullMarked;
