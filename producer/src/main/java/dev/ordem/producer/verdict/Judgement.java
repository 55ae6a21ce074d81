package dev.ordem.producer.verdict;

import java.time.Duration;

/** What the caller of {@link Judge#look} does next. */
public sealed interface Judgement {
  /**
   * Look again.
   *
   * @param again after this
   */
  record Waits(Duration again) implements Judgement {}

  /**
   * Read the run from the start, with a new reading.
   *
   * @param why for the log; the judge has written it there
   */
  record ReadAgain(String why) implements Judgement {}

  /** Nothing is left to judge: it ended, was cancelled, or another producer holds it. */
  record Over() implements Judgement {}
}
