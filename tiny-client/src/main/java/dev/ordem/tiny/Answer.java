package dev.ordem.tiny;

import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended: one of a closed set. Immutable.
 *
 * @param <T> what a successful call brings
 */
public sealed interface Answer<T> {

  /**
   * Tiny answered.
   *
   * @param value what it said
   * @param at when: of several requests for one call, the one whose answer this is
   */
  record Ok<T>(T value, Interval at) implements Answer<T> {}

  /**
   * Tiny answered that it knows nothing of that id (404). An answer, not an error.
   *
   * @param message what was asked, and what Tiny said
   * @param at when, as above
   */
  record NotFound<T>(String message, Interval at) implements Answer<T> {}

  /**
   * Not now: what is in the way is nothing of what was asked.
   *
   * @param until when it is worth asking again (wall clock of this process)
   * @param reason what is in the way
   * @param failure how a request failed that was made before, and could not be repeated at once;
   *     null: none was made, so this was no attempt
   */
  record Later<T>(Instant until, WaitReason reason, @Nullable TinyError failure)
      implements Answer<T> {
    /** No request was made. */
    public Later(Instant until, WaitReason reason) {
      this(until, reason, null);
    }
  }

  /**
   * The call was tried, retries included, and failed; trying again later may heal it.
   *
   * @param error what happened
   */
  record Failed<T>(TinyError error) implements Answer<T> {}

  /**
   * The call was tried and failed in a way that the same call will not heal.
   *
   * @param error what happened
   */
  record Rejected<T>(TinyError error) implements Answer<T> {}
}
