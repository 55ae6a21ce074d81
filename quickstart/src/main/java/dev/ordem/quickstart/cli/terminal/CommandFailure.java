package dev.ordem.quickstart.cli.terminal;

/** Ends a command: one line for people and the exit code that scripts are promised. */
public final class CommandFailure extends RuntimeException {
  public static final int FAILED = 1;
  public static final int WRONG_USAGE = 2;
  public static final int PARTIAL = 3;
  public static final int UNREACHABLE = 4;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
