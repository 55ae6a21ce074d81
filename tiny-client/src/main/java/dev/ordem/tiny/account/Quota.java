package dev.ordem.tiny.account;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives permits. Threads of this process that want the same wait in one queue, in the order they
 * came; only the first asks the database, and sleeps until the time the database named.
 */
final class Quota {
  /** A permit is used within this time or not at all: longer pauses of the process void it. */
  static final Duration MARGIN = Duration.ofSeconds(5);

  private static final List<Integer> NO_SLOTS = List.of(-1, -1, -1);

  private final QuotaStore store;
  private final AccountSettings settings;
  private final Time time;
  private final Timer waited;
  private final Map<String, ReentrantLock> queues = new ConcurrentHashMap<>();
  private final Map<String, Instant> nextChance = new ConcurrentHashMap<>();
  private final Map<String, Permit.Refused> closed = new ConcurrentHashMap<>();

  Quota(QuotaStore store, AccountSettings settings, Time time, MeterRegistry meters) {
    this.store = store;
    this.settings = settings;
    this.time = time;
    this.waited = meters.timer("ordem.quota.wait");
  }

  /**
   * Takes a permit, waiting as long as {@code TINY_PERMIT_WAIT}.
   *
   * @param kind 0: a person waits, 1: a page, 2: anything else
   */
  Permit take(String account, String endpoint, int kind) throws InterruptedException, SQLException {
    if (settings.limits().areOff()) {
      return unlimited(account, endpoint);
    }
    long start = time.nanos().getAsLong();
    try {
      return waitFor(new Wish(account, endpoint, kind, start + settings.permitWait().toNanos()));
    } finally {
      waited.record(time.nanos().getAsLong() - start, TimeUnit.NANOSECONDS);
    }
  }

  /** A permit that somebody wants by {@code deadline}, in nanos. */
  private record Wish(String account, String endpoint, int kind, long deadline) {
    String queue() {
      return kind + "/" + account;
    }
  }

  private Permit waitFor(Wish wish) throws InterruptedException, SQLException {
    ReentrantLock queue = queues.computeIfAbsent(wish.queue(), any -> new ReentrantLock(true));
    if (!queue.isLocked()) { // nobody waits, so nobody is overtaken
      Permit permit = ask(wish);
      if (permit != null) {
        return permit;
      }
    }
    if (!queue.tryLock(settings.permitWait().toMillis(), TimeUnit.MILLISECONDS)) {
      Instant chance = time.in(settings.permitWait());
      Instant known = nextChance.getOrDefault(wish.queue(), chance);
      return new Permit.Refused(known.isAfter(chance) ? known : chance, "quota");
    }
    try {
      Permit permit = ask(wish);
      while (permit == null) {
        Instant next = nextChance.getOrDefault(wish.queue(), time.clock().instant());
        Duration pause = Duration.between(time.clock().instant(), next);
        time.pause().sleep(pause.isNegative() ? Duration.ZERO : pause);
        permit = ask(wish);
      }
      return permit;
    } finally {
      queue.unlock();
    }
  }

  /** Asks the database once; null: worth waiting for, until {@link #nextChance}. */
  private @Nullable Permit ask(Wish wish) throws SQLException {
    long asked = time.nanos().getAsLong();
    QuotaStore.Decision decision =
        store.permit(wish.account(), wish.endpoint(), wish.kind(), lease());
    if (decision.granted()) {
      return new Permit.Granted(
          wish.account(),
          wish.endpoint(),
          decision.lease(),
          decision.slots(),
          asked + MARGIN.toNanos());
    }
    if ("unknown".equals(decision.reason())) {
      return new Permit.Refused(time.in(Duration.ofMinutes(1)), "authorisation");
    }
    Instant next = time.in(decision.pause());
    nextChance.put(wish.queue(), next);
    return asked + decision.pause().toNanos() > wish.deadline()
        ? new Permit.Refused(next, decision.reason())
        : null;
  }

  /** Whether a request sent now is over before its lease is. */
  boolean isFresh(Permit.Granted permit) {
    return time.nanos().getAsLong() - permit.sendBefore() < 0;
  }

  /** Without windows only the server's word is left, and this process remembers it alone. */
  private Permit unlimited(String account, String endpoint) {
    Permit.Refused refused = closed.get(account);
    if (refused != null && time.clock().instant().isBefore(refused.until())) {
      return refused;
    }
    long sendBefore = time.nanos().getAsLong() + MARGIN.toNanos();
    return new Permit.Granted(account, endpoint, -1, NO_SLOTS, sendBefore);
  }

  /** Without windows: notes that the server closed the account. */
  void closeHere(String account, Feedback feedback) {
    Instant now = time.clock().instant();
    if (feedback.end() == Feedback.End.FORBIDDEN) {
      closed.put(account, new Permit.Refused(now.plus(feedback.closeFor()), "account"));
    } else if (feedback.end() == Feedback.End.THROTTLED) {
      Double reset = feedback.resetSeconds();
      double seconds = reset == null ? 60 - now.getEpochSecond() % 60 : Math.min(reset, 60);
      Duration wait = Duration.ofMillis((long) (seconds * 1000) + 250);
      closed.put(account, new Permit.Refused(now.plus(wait), "quota"));
    }
  }

  private Duration lease() {
    return settings.callTimeout().plus(MARGIN);
  }
}
