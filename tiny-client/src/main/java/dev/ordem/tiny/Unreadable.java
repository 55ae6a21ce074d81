package dev.ordem.tiny;

/** A value that everything depends on is missing or cannot be read. */
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1L;

  Unreadable(String message) {
    super(message);
  }
}
