package dev.ordem.tiny.order;

/** A value that everything depends on is missing or cannot be read. */
public final class UnreadableJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException(String message) {
    super(message);
  }
}
