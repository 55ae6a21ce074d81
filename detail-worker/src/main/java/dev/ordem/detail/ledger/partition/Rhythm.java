package dev.ordem.detail.ledger.partition;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * How often a partition is looked at without a record: ten times a second while something is to be
 * done, every ten seconds while nothing is. Kafka Streams commits a transaction after each look,
 * whether or not it did anything, all night long; so all partitions that rest are looked at at the
 * same moments, and a thread commits once for all of them. Not thread safe.
 */
final class Rhythm {
  /** Between two looks while nothing is to be done; what is due sooner is something. */
  static final Duration REST = Duration.ofSeconds(10);

  /** After the last that was done: what changed is told by then. */
  private static final Duration LINGER = Duration.ofSeconds(3);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration REPORT = Duration.ofSeconds(1);

  private final ProcessorContext<?, ?> streams;
  private final Runnable tick;
  private final Runnable report;
  private List<Cancellable> looks;
  private boolean rests;
  private Instant busyAt;

  /**
   * Begins awake: what is just beginning has something to do.
   *
   * @param tick lets a moment pass
   * @param report tells what changed
   */
  Rhythm(ProcessorContext<?, ?> streams, Runnable tick, Runnable report, Instant now) {
    this.streams = streams;
    this.tick = tick;
    this.report = report;
    this.busyAt = now;
    this.looks = List.of(every(TICK, tick), every(REPORT, report));
  }

  /** Something is done, or waits to be done at a moment that is near. */
  void busy(Instant now) {
    busyAt = now;
    if (rests) {
      rests = false;
      change(List.of(every(TICK, tick), every(REPORT, report)));
    }
  }

  /** Nothing waits to be done. */
  void idle(Instant now) {
    if (!rests && busyAt.plus(LINGER).isBefore(now)) {
      rests = true;
      change(List.of(every(untilAllLook(now), this::firstLookAtRest)));
    }
  }

  private void firstLookAtRest() {
    change(List.of(every(REST, this::look)));
    look();
  }

  private void look() {
    tick.run();
    report.run();
  }

  private static Duration untilAllLook(Instant now) {
    return Duration.ofMillis(REST.toMillis() - Math.floorMod(now.toEpochMilli(), REST.toMillis()));
  }

  private void change(List<Cancellable> next) {
    looks.forEach(Cancellable::cancel);
    looks = next;
  }

  private Cancellable every(Duration interval, Runnable look) {
    return streams.schedule(interval, PunctuationType.WALL_CLOCK_TIME, at -> look.run());
  }
}
