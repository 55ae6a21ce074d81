package dev.ordem.producer.reading;

/** No further page of the run can be read; the message says why, for people. */
final class ReadingGivenUp extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReadingGivenUp(String why) {
    super(why, null, false, false);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
