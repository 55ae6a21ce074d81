package dev.ordem.producer.reading;

/** The run is not this reader's any more: it was cancelled, lost, or the process stops. */
final class ReadingStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReadingStopped() {
    super("the run is not read here any more", null, false, false);
  }
}
