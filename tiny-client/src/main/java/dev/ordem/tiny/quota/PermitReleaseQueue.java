package dev.ordem.tiny.quota;

import dev.ordem.runtime.Loop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives permits back behind the caller's back, many in one round trip. Late is safe: what is not
 * given back is held until its lease ends. Where somebody has locked an account's row, the others
 * wait for that once or twice, and not for as long as it is locked.
 */
public final class PermitReleaseQueue implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PermitReleaseQueue.class);
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final int BATCH = 200;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final QuotaStore store;
  private final Time time;
  private final BlockingQueue<QuotaStore.Return> queue = new LinkedBlockingQueue<>(100_000);
  private final Loop loop = new Loop("tiny-quota-releases", PATIENCE, this::run);

  public PermitReleaseQueue(QuotaStore store, Time time) {
    this.store = store;
    this.time = time;
  }

  public void start() {
    loop.start();
  }

  /** Gives {@code permit} back: at once if other calls must know, else soon. */
  public void give(Permit.Granted permit, Feedback feedback) {
    QuotaStore.Return one = new QuotaStore.Return(permit, feedback);
    if (feedback.isUrgent()) {
      try {
        store.release(List.of(one));
        return;
      } catch (SQLException | RuntimeException e) {
        log.debug("A permit is given back later", e);
      }
    }
    if (!queue.offer(one)) {
      log.debug("A permit is not given back: its lease ends by itself");
    }
  }

  private void run(BooleanSupplier running) throws InterruptedException {
    List<QuotaStore.Return> batch = new ArrayList<>();
    while (running.getAsBoolean() || !queue.isEmpty()) {
      QuotaStore.Return first = queue.poll(500, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        give(batch, running);
        batch.clear();
      }
    }
  }

  /** What ended the thread that gives back; empty: it lives. */
  public Optional<Throwable> failure() {
    return loop.failure();
  }

  private void give(List<QuotaStore.Return> batch, BooleanSupplier running)
      throws InterruptedException {
    // One order for everyone: transactions that lock several accounts must not meet head-on.
    batch.sort(Comparator.comparing(one -> one.permit().account()));
    for (int attempt = 0; attempt < 20 && (running.getAsBoolean() || attempt <= 2); attempt++) {
      try {
        store.release(batch);
        return;
      } catch (SQLException | RuntimeException e) {
        if (attempt == 0) {
          log.warn("Permits cannot be given back at the moment: {}", e.toString());
        }
        if (isLocked(e)) {
          giveByAccount(batch);
          return;
        }
        time.pause().sleep(PAUSE);
      }
    }
  }

  /** The wait for a lock took as long as a lease: what fails once more is left to that. */
  private void giveByAccount(List<QuotaStore.Return> batch) {
    Map<String, List<QuotaStore.Return>> accounts =
        batch.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.permit().account(), TreeMap::new, Collectors.toList()));
    if (accounts.size() == 1) {
      return;
    }
    for (Map.Entry<String, List<QuotaStore.Return>> account : accounts.entrySet()) {
      try {
        store.release(account.getValue());
      } catch (SQLException | RuntimeException e) {
        log.debug("Permits of {} are not given back", account.getKey(), e);
        if (!isLocked(e)) {
          return;
        }
      }
    }
  }

  private static boolean isLocked(Exception failure) {
    return failure instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState());
  }

  @Override
  public void close() {
    loop.close();
  }
}
