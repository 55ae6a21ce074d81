package dev.ordem.tiny;

import org.jspecify.annotations.Nullable;

/**
 * How one request ended.
 *
 * @param value there where the verdict is {@link Verdict.Read}
 * @param at when; null where there was no request
 */
record Outcome<T>(Verdict verdict, @Nullable T value, @Nullable Interval at) {
  static <T> Outcome<T> of(Verdict verdict) {
    return new Outcome<>(verdict, null, null);
  }

  Outcome<T> at(Interval interval) {
    return new Outcome<>(verdict, value, interval);
  }
}
