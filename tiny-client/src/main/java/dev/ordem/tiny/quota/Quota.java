package dev.ordem.tiny.quota;

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
public final class Quota {
  /** Without windows: how long this process may miss what another was told. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  /** Of a permit that holds nothing. */
  public static final long NO_LEASE = -1;

  private static final List<Integer> NO_SLOTS = List.of(-1, -1, -1);

  private final QuotaStore store;
  private final Leases leases;
  private final Settings settings;
  private final Time time;
  private final Timer waited;
  private final Map<String, ReentrantLock> queues = new ConcurrentHashMap<>();
  private final Map<String, Instant> nextChance = new ConcurrentHashMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** What was last seen of the database's clock, to notice if that is set forward. */
  private volatile @Nullable ClockReading lastClock;

  /**
   * What every account may do until Tiny says otherwise.
   *
   * @param permitWait longest wait for a permit
   */
  public record Settings(QuotaLimits limits, Duration permitWait) {}

  /** Without windows: until when the account is closed, as the database said at {@code clock}. */
  private record Seen(
      Instant closedUntil, String reason, boolean trial, long lookedAt, ClockReading clock) {}

  public Quota(
      QuotaStore store, Leases leases, Settings settings, Time time, MeterRegistry meters) {
    this.store = store;
    this.leases = leases;
    this.settings = settings;
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
        time.pause().sleep(pause(Duration.between(time.clock().instant(), next)));
        permit = ask(wish);
      }
      return permit;
    } finally {
      queue.unlock();
    }
  }

  /** No longer than a permit may take: this host's clock may have been set back meanwhile. */
  private Duration pause(Duration until) {
    if (until.isNegative()) {
      return Duration.ZERO;
    }
    return until.compareTo(settings.permitWait()) > 0 ? settings.permitWait() : until;
  }

  /** Asks the database once; null: worth waiting for, until {@link #nextChance}. */
  private @Nullable Permit ask(Wish wish) throws SQLException {
    long asked = time.nanos().getAsLong();
    QuotaStore.Decision decision =
        store.permit(
            new QuotaStore.Asking(
                wish.account(), wish.endpoint(), wish.kind(), lastClock, time.nanos()));
    if (decision.granted()) {
      ClockReading clock = new ClockReading(decision.at(), asked, time.nanos().getAsLong());
      lastClock = clock;
      Permit.Granted permit =
          new Permit.Granted(
              wish.account(),
              wish.endpoint(),
              decision.lease(),
              decision.slots(),
              decision.at(),
              clock);
      leases.hold(permit, asked);
      return permit;
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

  /** Without windows there is only the server's word, which every process is told. */
  private Permit unlimited(String account, String endpoint) throws SQLException {
    Seen known = seen.get(account);
    if (known == null || time.nanos().getAsLong() - known.lookedAt() >= LOOK_AGAIN.toNanos()) {
      known = look(account, known == null ? null : known.clock());
      seen.put(account, known);
    }
    if (time.clock().instant().isBefore(known.closedUntil())) {
      return new Permit.Refused(known.closedUntil(), known.reason());
    }
    Instant asked = known.clock().earliest(time.nanos().getAsLong());
    return new Permit.Granted(account, endpoint, NO_LEASE, NO_SLOTS, asked, known.clock());
  }

  private Seen look(String account, @Nullable ClockReading older) throws SQLException {
    Instant now = time.clock().instant();
    long before = time.nanos().getAsLong();
    QuotaStore.Closure closure = store.closure(account);
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
