package dev.ordem.tiny;

import org.jspecify.annotations.Nullable;

/** How one request ended; {@code value} is there where the verdict is {@link Verdict.Read}. */
record Outcome<T>(Verdict verdict, @Nullable T value) {}
