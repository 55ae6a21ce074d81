package dev.ordem.runtime;

/**
 * A service cannot start because something outside it is not as it must be. The message is all that
 * people see: it says what was tried and what to do.
 */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** For people, with the cause for the log. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** For people. */
  public StartException(String message) {
    super(message);
  }
}
