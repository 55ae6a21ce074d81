/**
 * Connecting an account: a person says yes at Tiny, and the browser brings the code back.
 *
 * <p>{@code POST /api/accounts/{account}/connect} answers Tiny's page for a person; Tiny sends the
 * browser back to {@code /oauth/callback}, which is outside of {@code /api} because a browser shows
 * no token: state and PKCE guard it. A state is good once, for ten minutes, and is the only ticket,
 * so whoever may get one could connect an account of theirs in the place of ours. Therefore, where
 * the API asks for a token, only who shows it, or is logged in with it, is given one; where it asks
 * for none, {@code GET /oauth/start} gives one neither to a request that another site caused nor to
 * one by a name that is neither loopback nor {@code ORDEM_PUBLIC_URL}. An account is usable as soon
 * as the page says so: 200 connected, 400 refused, unknown or used, 409 the company is another than
 * the account's or has another name here, 502 Tiny gave no clear answer, 503 not ready. States,
 * codes and tokens are in no log.
 */
@NullMarked
package dev.ordem.producer.api.connect;

import org.jspecify.annotations.NullMarked;
