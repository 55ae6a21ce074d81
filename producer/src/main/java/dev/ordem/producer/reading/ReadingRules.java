package dev.ordem.producer.reading;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.ZoneId;

/**
 * How headers are read.
 *
 * @param pageSize rows of a page, 2 to 100
 * @param lookbackDays days before its start that an incremental run reads again
 * @param fresh how old the newest complete run may be before {@code auto} reads again
 * @param zone of the emission dates
 * @param attempts at a list that does not answer before the headers of the run are given up
 * @param backoff wait after the first failed attempt, doubled after each further one
 * @param longestBackoff bound of that wait
 */
public record ReadingRules(
    int pageSize,
    int lookbackDays,
    Duration fresh,
    ZoneId zone,
    int attempts,
    Duration backoff,
    Duration longestBackoff) {

  /** Wait after so many failed attempts in a row, from 1. */
  Duration backoff(int failed) {
    return Duration.ofMillis(
        IntervalFunction.ofExponentialBackoff(backoff, 2, longestBackoff).apply(failed));
  }
}
