package dev.ordem.producer.looking;

import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches accounts: takes those that nobody watches, keeps their leases, and gives each look to one
 * of a few threads, however many accounts there are. Thread safe.
 */
public final class Watches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
  private static final int THREADS = 8;
  private static final int MOST = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(10);

  /** A watch whose producer died is taken over within ten seconds: a lease, and a beat. */
  private static final Duration LEASE = Duration.ofSeconds(8);

  private static final Duration BEAT = Duration.ofSeconds(1);

  private final Supplier<List<String>> accounts;
  private final Clock clock;
  private final WatchTable leases;
  private final AccountWatch.Means means;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final ScheduledExecutorService threads;
  private final Loop loop;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable String leasesWait;
  private volatile @Nullable String looksWait;
  private volatile @Nullable Throwable fault;

  /**
   * What is outside.
   *
   * @param database for everything that may take its time
   * @param leases for what may not
   * @param accounts names of all accounts
   */
  public record Outside(
      DataSource database,
      DataSource leases,
      PageReader tiny,
      HeaderWriter kafka,
      Supplier<List<String>> accounts,
      Clock clock) {}

  /**
   * Does no I/O.
   *
   * @param share of the quota that looks may use, 0 to 1
   */
  public Watches(Outside outside, double share, MeterRegistry meters) {
    UUID holder = UUID.randomUUID();
    this.accounts = outside.accounts();
    this.clock = outside.clock();
    this.leases = new WatchTable(outside.leases(), holder, LEASE);
    this.means =
        new AccountWatch.Means(
            new WatchTable(outside.database(), holder, LEASE),
            new StoredOrders(outside.database()),
            outside.tiny(),
            outside.kafka(),
            new LookPace(share),
            look ->
                meters
                    .counter(
                        "ordem.watch.looks",
                        "account",
                        look.account(),
                        "slice",
                        look.slice().list())
                    .increment(),
            clock);
    this.threads =
        Executors.newScheduledThreadPool(THREADS, task -> new Thread(task, "watch-looks"));
    this.loop = new Loop("watch-leases", PATIENCE, this::keep);
  }

  /** A watch that is held here. */
  private static final class Held {
    private final HeldWatch watch;
    private volatile long validUntil;
    private volatile AccountWatch.Conditions conditions =
        new AccountWatch.Conditions(true, true, true);
    private @Nullable AccountWatch account;

    Held(HeldWatch watch, long validUntil) {
      this.watch = watch;
      this.validUntil = validUntil;
    }

    boolean valid() {
      return System.nanoTime() - validUntil < 0;
    }
  }

  /** Begins to watch. */
  public void start() {
    loop.start();
  }

  /** Dead once a thread died of an error; unready while Postgres or Kafka is away. */
  public Health health() {
    Throwable error = fault;
    if (error != null) {
      return Health.dead("watch", "ended by " + error);
    }
    String why = leasesWait == null ? looksWait : leasesWait;
    return (why == null ? Health.up() : Health.unready("watch", why)).and(loop.health());
  }

  /** Lets go of all accounts, so that others take them up at once. */
  @Override
  public void close() {
    loop.stop();
    stopped.countDown();
    threads.shutdownNow();
    loop.close();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a look is still under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    held.values().forEach(each -> release(each.watch));
    held.clear();
  }

  private void release(HeldWatch watch) {
    try {
      leases.release(watch);
    } catch (SQLException e) {
      LOG.debug("the watch of {} ends by itself", watch.account(), e);
    }
  }

  private void keep(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        renew();
        claim();
        leasesWait = null;
      } catch (SQLException e) {
        leasesWait = failed(e, leasesWait);
      }
      held.values().removeIf(each -> !each.valid());
      if (stopped.await(BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void renew() throws SQLException {
    List<Held> all = List.copyOf(held.values());
    long until = System.nanoTime() + leases.length().toNanos();
    Map<HeldWatch, WatchTable.Kept> kept = new ConcurrentHashMap<>();
    leases
        .renew(all.stream().map(each -> each.watch).toList())
        .forEach(each -> kept.put(each.watch(), each));
    for (Held each : all) {
      WatchTable.Kept row = kept.get(each.watch);
      if (row == null) {
        held.remove(each.watch.account(), each);
      } else {
        each.conditions = AccountWatch.Conditions.of(row);
        each.validUntil = until;
      }
    }
  }

  private void claim() throws SQLException {
    List<String> free =
        accounts.get().stream().filter(account -> !held.containsKey(account)).toList();
    if (free.isEmpty() || held.size() >= MOST) {
      return;
    }
    long until = System.nanoTime() + leases.length().toNanos();
    for (HeldWatch watch : leases.claim(free, MOST - held.size())) {
      Held mine = new Held(watch, until);
      held.put(watch.account(), mine);
      LOG.info("account {} is watched here", watch.account());
      again(mine, Duration.ofSeconds(1));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // step deals with all that goes wrong
  private void again(Held mine, Duration pause) {
    try {
      threads.schedule(() -> step(mine), pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is watched by others, the process stops", mine.watch.account());
    }
  }

  private void step(Held mine) {
    if (held.get(mine.watch.account()) != mine || !mine.valid()) {
      return;
    }
    try {
      Optional<Duration> next = account(mine).step(mine.conditions);
      looksWait = null;
      if (next.isPresent()) {
        again(mine, next.get());
      } else {
        held.remove(mine.watch.account(), mine);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | KafkaException e) {
      looksWait = failed(e, looksWait);
      again(mine, Duration.ofSeconds(1));
    } catch (RuntimeException e) {
      LOG.error("watching {} failed in a way nobody thought of", mine.watch.account(), e);
      again(mine, AFTER_A_FAULT);
    } catch (Error e) {
      fault = e;
      throw e;
    }
  }

  /** Begun with what was learned before, here or elsewhere. */
  private AccountWatch account(Held mine) throws SQLException {
    AccountWatch account = mine.account;
    if (account == null) {
      WatchTable.Learned learned = means.table().learned(mine.watch.account());
      SliceBook book = new SliceBook(Plan.openStatuses(), learned, clock.instant());
      account = new AccountWatch(means, mine.watch, book);
      mine.account = account;
    }
    return account;
  }

  /** What is in the way; said once. */
  private static String failed(Exception e, @Nullable String before) {
    String why = String.valueOf(e.getMessage());
    if (!why.equals(before)) {
      LOG.warn("the watch waits: {}", why);
    }
    LOG.debug("because", e);
    return why;
  }
}
