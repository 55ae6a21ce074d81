package dev.ordem.tiny.quota;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives permits. Threads of this process that want the same wait in one queue, in the order they
 * came; only the first asks the database, and sleeps until the time the database named.
 */
public final class Quota {
  /** Without windows: how long this process may miss what another was told. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** How long this process may miss that an account was given limits, or was freed of them. */
  private static final Duration LIMITS_STAY = Duration.ofSeconds(10);

  private final QuotaStore store;
  private final Leases leases;
  private final Duration permitWait;
  private final Time time;
  private final Timer waited;
  private final Map<String, ReentrantLock> queues = new ConcurrentHashMap<>();

  /** By {@link Time#nanos}. */
  private final Map<String, Long> nextChance = new ConcurrentHashMap<>();

  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final Map<String, Limits> limits = new ConcurrentHashMap<>();

  /**
   * What was last seen of the database's clock by whoever asked for an account, to notice if that
   * is set forward: each account is told of it by itself.
   */
  private final Map<String, ClockReading> lastClock = new ConcurrentHashMap<>();

  /** The greatest id of a permit, to notice if the database is put back from an older copy. */
  private final LongAccumulator newest = new LongAccumulator(Math::max, 0);

  /** What was told of the last call of each account, and when, for the same reason. */
  private final Map<String, Asked> lastAsked = new ConcurrentHashMap<>();

  /** Without windows: until when the account is closed, as the database said at {@code clock}. */
  private record Seen(
      Instant closedUntil, WaitReason reason, boolean trial, long lookedAt, ClockReading clock) {}

  /** The time that was told of a call, at a time in nanos. */
  private record Asked(Instant at, long nanos) {
    /** As the database's function tiny_after goes on after a step back: no faster. */
    Instant goneOn(long now) {
      return at.plusNanos((now - nanos) / 10 * 9);
    }
  }

  /** Whether an account had no window, at a time in nanos. */
  private record Limits(boolean none, long lookedAt) {}

  /**
   * Does no I/O.
   *
   * @param permitWait longest wait for a permit
   */
  public Quota(
      QuotaStore store, Leases leases, Duration permitWait, Time time, MeterRegistry meters) {
    this.store = store;
    this.leases = leases;
    this.permitWait = permitWait;
    this.time = time;
    this.waited = meters.timer("ordem.quota.wait");
  }

  /**
   * Takes a permit, waiting as long as {@code TINY_PERMIT_WAIT}.
   *
   * @param kind who waits, as {@code Priority} numbers it
   */
  public Permit take(String account, String endpoint, int kind)
      throws InterruptedException, SQLException {
    if (isUnlimited(account)) {
      return unlimited(account);
    }
    long start = time.nanos().getAsLong();
    try {
      return waitFor(new Wish(account, endpoint, kind, start + permitWait.toNanos()));
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
    if (!queue.tryLock(permitWait.toMillis(), TimeUnit.MILLISECONDS)) {
      Duration known = untilNextChance(wish);
      return new Permit.Refused(
          time.in(known.compareTo(permitWait) > 0 ? known : permitWait), WaitReason.QUOTA);
    }
    try {
      Permit permit = ask(wish);
      while (permit == null) {
        time.pause().sleep(untilNextChance(wish));
        permit = ask(wish);
      }
      return permit;
    } finally {
      queue.unlock();
    }
  }

  private Duration untilNextChance(Wish wish) {
    Long next = nextChance.get(wish.queue());
    return next == null
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, next - time.nanos().getAsLong()));
  }

  /** Asks the database once; null: worth waiting for, until {@link #nextChance}. */
  private @Nullable Permit ask(Wish wish) throws SQLException {
    long asked = time.nanos().getAsLong();
    QuotaStore.Decision decision =
        store.permit(
            new QuotaStore.Asking(
                wish.account(),
                wish.endpoint(),
                wish.kind(),
                lastClock.get(wish.account()),
                time.nanos(),
                time.clock().instant(),
                new QuotaStore.LastGiven(newest.get(), lastAsked(wish.account()))));
    long answered = time.nanos().getAsLong();
    if (decision.clock() != null) {
      ClockReading read = new ClockReading(decision.clock(), decision.sent(), answered);
      lastClock.merge(wish.account(), read, ClockReading::newer);
    }
    if (decision.granted()) {
      lastAsked.put(wish.account(), new Asked(decision.at(), answered));
      newest.accumulate(decision.id());
      ClockReading clock = new ClockReading(decision.at(), decision.sent(), answered);
      Permit.Granted permit =
          new Permit.Granted(wish.account(), decision.id(), decision.at(), clock);
      leases.hold(permit, asked);
      return permit;
    }
    if (decision.reason() == WaitReason.AUTHORISATION) {
      return new Permit.Refused(time.in(Duration.ofMinutes(1)), decision.reason());
    }
    nextChance.put(wish.queue(), answered + decision.pause().toNanos());
    return asked + decision.pause().toNanos() > wish.deadline()
        ? new Permit.Refused(time.in(decision.pause()), decision.reason())
        : null;
  }

  private @Nullable Instant lastAsked(String account) {
    Asked last = lastAsked.get(account);
    return last == null ? null : last.goneOn(time.nanos().getAsLong());
  }

  private boolean isUnlimited(String account) throws SQLException {
    Limits known = limits.get(account);
    long now = time.nanos().getAsLong();
    if (known == null || now - known.lookedAt() >= LIMITS_STAY.toNanos()) {
      known = new Limits(store.isUnlimited(account), now);
      limits.put(account, known);
    }
    return known.none();
  }

  /** Without windows there is only the server's word, which every process is told. */
  private Permit unlimited(String account) throws SQLException {
    Seen known = seen.get(account);
    if (known == null || time.nanos().getAsLong() - known.lookedAt() >= LOOK_AGAIN.toNanos()) {
      known = look(account, known == null ? null : known.clock());
      seen.put(account, known);
    }
    if (time.clock().instant().isBefore(known.closedUntil())) {
      return new Permit.Refused(known.closedUntil(), known.reason());
    }
    Instant asked = known.clock().earliest(time.nanos().getAsLong());
    return new Permit.Granted(account, Permit.UNCOUNTED, asked, known.clock());
  }

  private Seen look(String account, @Nullable ClockReading older) throws SQLException {
    Instant now = time.clock().instant();
    long before = time.nanos().getAsLong();
    QuotaStore.Closure closure = store.closure(account, now, lastAsked(account));
    lastAsked.put(account, new Asked(closure.at(), time.nanos().getAsLong()));
    long after = time.nanos().getAsLong();
    ClockReading clock = new ClockReading(closure.at(), before, after).orBetter(older);
    return new Seen(now.plus(closure.pause()), closure.reason(), closure.trial(), before, clock);
  }

  /** Without windows: whether what a call teaches is news for the others. */
  public boolean isNews(String account, Feedback feedback) {
    Seen known = seen.get(account);
    boolean served = feedback.end() == Feedback.End.OK;
    return feedback.closes() || (served && known != null && known.trial());
  }

  /** The server said something: to be looked at before the next call. */
  public void lookAgain(String account) {
    seen.remove(account);
  }
}
