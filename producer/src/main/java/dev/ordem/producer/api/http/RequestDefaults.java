package dev.ordem.producer.api.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request means that does not say.
 *
 * @param account of a request that names none
 * @param max most headers of a run that names none; null: all
 */
public record RequestDefaults(String account, @Nullable Long max) {}
