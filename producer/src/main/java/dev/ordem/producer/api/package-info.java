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
 * <p><b>Connecting an account.</b> {@code POST /api/accounts/{account}/connect} answers Tiny's page
 * for a person; Tiny sends the browser back to {@code /oauth/callback}, which is outside of {@code
 * /api} because a browser shows no token: state and PKCE guard it. A state is good once, for ten
 * minutes, and is the only ticket, so whoever may get one could connect an account of theirs in the
 * place of ours. Therefore, where the API asks for a token, only that guarded call gives states;
 * {@code GET /oauth/start} gives them without a token only where nothing but this machine reaches
 * the API, and neither to a request that another site caused nor to one by a name that is neither
 * loopback nor {@code ORDEM_PUBLIC_URL}. An account is usable as soon as the page says so: 200
 * connected, 400 refused, unknown or used, 502 Tiny gave no clear answer, 503 not ready. States,
 * codes and tokens are in no log.
 */
@NullMarked
package dev.ordem.producer.api;

import org.jspecify.annotations.NullMarked;
