package dev.ordem.tiny.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Simulated time: events in order, each able to plan others. */
final class Events {
  static final Instant START = Instant.parse("2026-03-01T12:00:17.250Z");

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::number));
  private Instant now = START;
  private long number;

  private record Event(Instant at, long number, Step step) {}

  /** Something that happens. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  Instant now() {
    return now;
  }

  void in(Duration delay, Step step) {
    queue.add(new Event(now.plus(delay), number++, step));
  }

  /** Runs what is planned up to {@code horizon} from the start. */
  void run(Duration horizon) throws Exception {
    Instant end = START.plus(horizon);
    while (!queue.isEmpty() && queue.peek().at().isBefore(end)) {
      Event event = queue.remove();
      now = event.at();
      event.step().run();
    }
    now = end;
  }
}
