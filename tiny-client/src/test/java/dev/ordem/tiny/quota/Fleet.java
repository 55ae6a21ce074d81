package dev.ordem.tiny.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Processes that always want more, with everything that befalls processes: jitter, slow calls,
 * timeouts, connections that are never made, a database out of reach, kills and restarts. Notes
 * what arrives at the server.
 */
final class Fleet {
  /** A permit is used within this time, or prolonged before it is. */
  private static final int MAY_LEAVE = (int) Leases.LENGTH.minus(Leases.TRANSIT).toMillis();

  private static final int TRANSIT = (int) Leases.TRANSIT.toMillis();

  private final Events events;
  private final Random random;
  private final Limiter limiter;
  private final boolean calm;
  final List<Instant> arrivals = new ArrayList<>();

  /** What gives permits. */
  interface Limiter {
    /** A permit, or null after setting when to ask again. */
    @Nullable Object take(Instant now) throws Exception;

    /** When to ask again, after a refusal. */
    Duration pause();

    /** The call of {@code permit} is still under way, and its process lives. */
    default void hold(Object permit, Instant now) throws Exception {}

    /** The call of {@code permit} ended: true, its response is here; false, it was given up. */
    void give(Object permit, Instant now, boolean answered) throws Exception;
  }

  /** {@code calm}: nothing befalls, every answer takes 270 ms. */
  Fleet(Events events, Random random, Limiter limiter, boolean calm) {
    this.events = events;
    this.random = random;
    this.limiter = limiter;
    this.calm = calm;
  }

  void start(int processes) {
    for (int i = 0; i < processes; i++) {
      events.in(millis(calm ? i : random.nextInt(3_000)), this::want);
    }
  }

  private void want() throws Exception {
    Object permit = limiter.take(events.now());
    if (permit == null) {
      Duration jitter = millis(calm ? 0 : random.nextInt(20));
      events.in(limiter.pause().plus(jitter), this::want);
      return;
    }
    int fate = calm ? 100 : random.nextInt(100);
    if (fate < 3) { // killed before sending; a new process comes
      events.in(millis(random.nextInt(30_000)), this::want);
    } else if (fate < 6) { // killed after sending: the request arrives all the same
      arrive(millis(random.nextInt(MAY_LEAVE) + random.nextInt(TRANSIT)));
      events.in(millis(random.nextInt(30_000)), this::want);
    } else if (fate < 9) { // no connection: nothing arrives
      end(permit, millis(random.nextInt(500)), true);
    } else if (fate < 12) { // no answer in time, but the request arrives, late
      arrive(millis(random.nextInt(20_000 + TRANSIT)));
      hold(permit, events.now().plusSeconds(20));
      end(permit, Duration.ofSeconds(20), false);
    } else if (fate < 15) { // cannot prolong: nothing leaves any more, what has left arrives
      arrive(millis(random.nextInt(MAY_LEAVE) + random.nextInt(TRANSIT)));
      end(permit, Duration.ofSeconds(20), random.nextBoolean());
    } else {
      answered(permit, fate);
    }
  }

  private void answered(Object permit, int fate) {
    if (calm) {
      arrive(millis(135));
      end(permit, millis(270), true);
      return;
    }
    int there = fate < 23 ? random.nextInt(14_000) : random.nextInt(400);
    int back = fate < 33 ? random.nextInt(6_000) : random.nextInt(300);
    hold(permit, events.now().plusMillis(there + back));
    arrive(millis(there));
    end(permit, millis(there + back), true);
  }

  private void hold(Object permit, Instant end) {
    events.in(
        millis(1_000 + random.nextInt(500)),
        () -> {
          if (events.now().isBefore(end)) {
            limiter.hold(permit, events.now());
            hold(permit, end);
          }
        });
  }

  private void arrive(Duration in) {
    events.in(in, () -> arrivals.add(events.now()));
  }

  private void end(Object permit, Duration in, boolean answered) {
    events.in(
        in,
        () -> {
          limiter.give(permit, events.now(), answered);
          events.in(millis(calm ? 0 : random.nextInt(50)), this::want);
        });
  }

  /** The most arrivals that any half-open interval of length {@code window} holds. */
  int mostIn(Duration window) {
    List<Instant> sorted = arrivals.stream().sorted().toList();
    int most = 0;
    int first = 0;
    for (int last = 0; last < sorted.size(); last++) {
      while (!sorted.get(last).isBefore(sorted.get(first).plus(window))) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }
}
