package dev.ordem.contract.group;

import org.apache.kafka.common.KafkaException;

/** A consumer whose host's clock was set back: it is of no more use, another one is. */
public final class ClockSetBackException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what follows. */
  public ClockSetBackException() {
    super(
        "this host's clock was set back; a new consumer takes the place of the one that waits by it");
  }
}
