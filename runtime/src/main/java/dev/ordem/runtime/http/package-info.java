/**
 * The door of every HTTP server of Ordem: who may ask what, and how it is refused.
 *
 * <p>A request passes {@link dev.ordem.runtime.http.AccessFilter} before any route. First {@link
 * dev.ordem.runtime.http.RequestGuard}, which keeps out what a page of another site makes a browser
 * send: foreign names of this machine, foreign origins, bodies that are no JSON. Then {@link
 * dev.ordem.runtime.http.Rights}: everything on loopback where no token is set; else what the token
 * says, sent as a bearer token or given once at {@code /login}. {@code /health} passes both, so
 * that a supervisor needs no secret; {@code /metrics} only the first: it holds no personal data.
 *
 * <p>Every refusal and every error of every path is a {@link dev.ordem.runtime.http.Problem}.
 */
@NullMarked
package dev.ordem.runtime.http;

import org.jspecify.annotations.NullMarked;
