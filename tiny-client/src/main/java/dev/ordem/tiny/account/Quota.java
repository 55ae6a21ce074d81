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
    long deadline = start + settings.permitWait().toNanos();
    ReentrantLock queue =
        queues.computeIfAbsent(kind + "/" + account, any -> new ReentrantLock(true));
    if (!queue.tryLock(settings.permitWait().toMillis(), TimeUnit.MILLISECONDS)) {
      Instant chance = time.in(settings.permitWait());
      Instant known = nextChance.getOrDefault(kind + "/" + account, chance);
      return new Permit.Refused(known.isAfter(chance) ? known : chance, "quota");
    }
    try {
      return first(account, endpoint, kind, deadline);
    } finally {
      queue.unlock();
      waited.record(time.nanos().getAsLong() - start, TimeUnit.NANOSECONDS);
    }
  }

  private Permit first(String account, String endpoint, int kind, long deadline)
      throws InterruptedException, SQLException {
    while (true) {
      long asked = time.nanos().getAsLong();
      QuotaStore.Decision decision = store.permit(account, endpoint, kind, lease());
      if (decision.granted()) {
        return new Permit.Granted(
            account, endpoint, decision.lease(), decision.slots(), asked + MARGIN.toNanos());
      }
      if ("unknown".equals(decision.reason())) {
        return new Permit.Refused(time.in(Duration.ofMinutes(1)), "authorisation");
      }
      if (asked + decision.pause().toNanos() > deadline) {
        return new Permit.Refused(time.in(decision.pause()), decision.reason());
      }
      nextChance.put(kind + "/" + account, time.in(decision.pause()));
      time.pause().sleep(decision.pause());
    }
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
