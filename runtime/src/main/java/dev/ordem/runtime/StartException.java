package dev.ordem.runtime;

/**
 * A service cannot start because something outside it is not as it must be. The message is all that
 * people see: it says what was tried and what to do.
 */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean wrong;

  /** For people, with the cause for the log. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
    this.wrong = false;
  }

  /** For people. */
  public StartException(String message) {
    this(message, false);
  }

  private StartException(String message, boolean wrong) {
    super(message);
    this.wrong = wrong;
  }

  /** Of a start that no waiting mends: as if a variable were wrong. For people. */
  public static StartException ofWrongStart(String message) {
    return new StartException(message, true);
  }

  /** Whether only a person mends it, with other variables. */
  boolean isWrong() {
    return wrong;
  }
}
