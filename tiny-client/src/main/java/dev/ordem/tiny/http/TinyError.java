package dev.ordem.tiny.http;

import org.jspecify.annotations.Nullable;

/**
 * Why a call failed. Holds no token and no credential. Immutable.
 *
 * @param cause one of a closed set
 * @param message what was tried, what came, and what to do about it; names field, value and order
 *     where one value could not be read
 * @param excerpt the beginning of the response's body, where there was one
 * @param status the HTTP status, where there was one
 */
public record TinyError(
    Cause cause, String message, @Nullable String excerpt, @Nullable Integer status) {
  private static final int MOST = 2_000;

  /** Bounds the texts, and takes out of them what Postgres or Kafka's JSON cannot hold. */
  public TinyError {
    message = storable(message);
    excerpt = excerpt == null ? null : storable(excerpt);
  }

  /** The same for everybody: nothing that Tiny sent, which may hold any person's name. */
  public String withoutQuote() {
    String what =
        switch (cause) {
          case NOT_SENT, CONNECTION_LOST, TIMEOUT, TOO_LARGE -> null;
          case SERVER, REFUSED, UNEXPECTED_STATUS -> ": status " + status;
          case NOT_JSON -> ": status " + status + ", but no JSON";
          case UNREADABLE -> ": status " + status + ", but it cannot be read";
        };
    return what == null ? message : message.split(": ", 2)[0] + what;
  }

  private static String storable(String text) {
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .filter(code -> code != 0)
        .limit(MOST)
        .map(code -> Character.getType(code) == Character.SURROGATE ? '\uFFFD' : code)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  /** What went wrong. */
  public enum Cause {
    /** No connection could be made: the request never left. */
    NOT_SENT,
    /** The connection broke after the request may have arrived. */
    CONNECTION_LOST,
    /** The whole call took longer than {@code TINY_CALL_TIMEOUT}. */
    TIMEOUT,
    /** Status 5xx. */
    SERVER,
    /** Status 4xx that says that the request itself is wrong. */
    REFUSED,
    /** A status that the API is not known to use, redirects among them. */
    UNEXPECTED_STATUS,
    /** Status 200 with a body that is no JSON (HTML, truncated, empty). */
    NOT_JSON,
    /** JSON in which a field that everything depends on is missing or cannot be read. */
    UNREADABLE,
    /** A body larger than the client is willing to read. */
    TOO_LARGE
  }
}
