package dev.ordem.tiny.quota;

import dev.ordem.runtime.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the permits of this process's calls while they are under way. A lease is short, so that a
 * killed process costs little, and prolonged every second while its process lives, so that a slow
 * call keeps its permit; but never for longer than a call may take, so that one which is never
 * ended, by whatever fault, costs no more than that.
 */
public final class Leases implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  /** From a permit, or from having been prolonged. */
  static final Duration LENGTH = Duration.ofSeconds(8);

  /** What is written to a socket arrives within this time, or its process lives to prolong. */
  static final Duration TRANSIT = Duration.ofSeconds(5);

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final long MAY_LEAVE = LENGTH.minus(TRANSIT).toNanos();

  private final QuotaStore store;
  private final Time time;
  private final long longest;
  private final Map<Long, UnderWay> underWay = new ConcurrentHashMap<>();
  private final Loop rounds = Loop.every(EVERY, "tiny-quota-leases", EVERY, this::prolong);
  private boolean troubled;

  /** A call; {@code held}: when its lease was last known to be whole, in nanos. */
  private record UnderWay(Permit.Granted permit, long began, long held) {}

  /**
   * Does no I/O.
   *
   * @param longest that a call may take
   */
  public Leases(QuotaStore store, Time time, Duration longest) {
    this.store = store;
    this.time = time;
    this.longest = longest.toNanos();
  }

  /** What ended the thread that prolongs; empty: it lives. */
  public Optional<Throwable> failure() {
    return rounds.failure();
  }

  public void start() {
    rounds.start();
  }

  /** A permit that was asked for at {@code asked}, in nanos, and is now to be held. */
  void hold(Permit.Granted permit, long asked) {
    if (permit.id() != Permit.UNCOUNTED) {
      underWay.put(permit.id(), new UnderWay(permit, asked, asked));
    }
  }

  /** The call is over, or will not be made. */
  public void end(Permit.Granted permit) {
    underWay.remove(permit.id());
  }

  /** Whether a request that leaves now arrives before its lease ends. */
  public boolean mayLeave(Permit.Granted permit) {
    UnderWay call = underWay.get(permit.id());
    return call == null || time.nanos().getAsLong() - call.held() < MAY_LEAVE;
  }

  /** Prolongs what was not just begun: most calls are over before this asks anything. */
  private void prolong() {
    long now = time.nanos().getAsLong();
    try {
      for (UnderWay call : underWay.values()) {
        if (now - call.held() > EVERY.toNanos() / 2 && now - call.began() < longest) {
          prolong(call);
        }
      }
      troubled = false;
    } catch (SQLException | RuntimeException e) {
      if (!troubled) {
        log.warn("Calls under way cannot be prolonged at the moment: {}", e.toString());
      }
      troubled = true;
    }
  }

  private void prolong(UnderWay call) throws SQLException {
    long asked = time.nanos().getAsLong();
    if (store.hold(call.permit(), LENGTH)) {
      underWay.replace(call.permit().id(), call, new UnderWay(call.permit(), call.began(), asked));
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
