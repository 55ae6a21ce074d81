package dev.ordem.quickstart;

/** Ends a command: one line for people and the exit code that scripts are promised. */
final class CommandFailure extends RuntimeException {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int PARTIAL = 3;
  static final int UNREACHABLE = 4;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
