package dev.ordem.quickstart;

import org.jspecify.annotations.Nullable;

/**
 * Something a person must put right before Ordem can start. The message is one line and says what;
 * the cause is for the log.
 */
final class CannotStart extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotStart(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  CannotStart(String message) {
    super(message);
  }
}
