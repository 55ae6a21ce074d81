/**
 * How the HTTP API reads requests and writes answers, whatever is asked.
 *
 * <p>A request that cannot be is refused with the name of the field and what would be right ({@link
 * dev.ordem.producer.api.http.RequestBody}, {@link dev.ordem.producer.api.http.QueryParameters});
 * answers are JSON ({@link dev.ordem.producer.api.http.JsonResponse}); what Postgres refuses, or
 * that it is away, becomes a {@link dev.ordem.runtime.http.Problem}. Nothing in here knows a path.
 */
@NullMarked
package dev.ordem.producer.api.http;

import org.jspecify.annotations.NullMarked;
