/**
 * One HTTP exchange with Tiny, and what its end means.
 *
 * <p>{@link dev.ordem.tiny.http.Http} sends exactly one request for a permit: OkHttp's own repeats
 * (on connection failure, redirect, 408, 503) are off. {@link
 * dev.ordem.tiny.http.FailureClassifier} alone decides what a failure means; the table is in {@link
 * dev.ordem.tiny}. Whether a request that failed may have reached Tiny is known from its tag: it is
 * noted just before the first byte leaves.
 */
@NullMarked
package dev.ordem.tiny.http;

import org.jspecify.annotations.NullMarked;
