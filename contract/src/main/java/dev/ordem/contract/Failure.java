package dev.ordem.contract;

import org.jspecify.annotations.Nullable;

/**
 * Why something could not be read.
 *
 * @param cause a word of a closed set, to count by: {@code http-500}, {@code unreadable-body}, …
 * @param message what was tried and what came back, for people
 * @param excerpt the beginning of the response; null if there was none
 */
public record Failure(String cause, String message, @Nullable String excerpt) {}
