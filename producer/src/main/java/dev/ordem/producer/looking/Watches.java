package dev.ordem.producer.looking;

import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
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
  private final Predicate<String> based;
  private final Clock clock;
  private final WatchTable leases;
  private final AccountWatch.Means means;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Workers threads = new Workers("watch-looks", THREADS, PATIENCE);
  private final Loop loop = Loop.every(BEAT, "watch-leases", PATIENCE, this::keep);
  private volatile @Nullable String leasesWait;
  private volatile @Nullable String looksWait;

  /**
   * What is outside.
   *
   * @param database for everything that may take its time
   * @param leases for what may not
   * @param accounts names of all accounts
   * @param based whether the ledger was told what Postgres knows of an account; before that it
   *     takes nothing
   */
  public record Outside(
      DataSource database,
      DataSource leases,
      PageReader tiny,
      HeaderWriter kafka,
      Supplier<List<String>> accounts,
      Predicate<String> based,
      Clock clock) {}

  /**
   * Does no I/O.
   *
   * @param share of the quota that looks may use, 0 to 1
   */
  public Watches(Outside outside, double share, MeterRegistry meters) {
    UUID holder = UUID.randomUUID();
    this.accounts = outside.accounts();
    this.based = outside.based();
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
    String why = leasesWait == null ? looksWait : leasesWait;
    return (why == null ? Health.up() : Health.unready("watch", why))
        .and(loop.health())
        .and(threads.health());
  }

  /** Lets go of all accounts, so that others take them up at once. */
  @Override
  public void close() {
    loop.stop();
    threads.interrupt();
    loop.close();
    if (!threads.finish()) {
      LOG.warn("a look is still under way");
    }
    held.values().forEach(this::release);
  }

  private void release(Held mine) {
    held.remove(mine.watch.account(), mine);
    try {
      leases.release(mine.watch);
    } catch (SQLException e) {
      LOG.debug("the watch of {} ends by itself", mine.watch.account(), e);
    }
  }

  private void keep() {
    try {
      renew();
      Set<String> all = Set.copyOf(accounts.get());
      held.values().stream()
          .filter(each -> !all.contains(each.watch.account()))
          .forEach(this::release);
      claim(all);
      leasesWait = null;
    } catch (SQLException | IllegalStateException e) {
      leasesWait = failed(e, leasesWait);
    }
    held.values().removeIf(each -> !each.valid());
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
        each.conditions = AccountWatch.Conditions.of(row, based.test(row.watch().account()));
        each.validUntil = until;
      }
    }
  }

  private void claim(Set<String> all) throws SQLException {
    List<String> free = all.stream().filter(account -> !held.containsKey(account)).toList();
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

  private void again(Held mine, Duration pause) {
    try {
      threads.execute(pause, () -> step(mine));
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is watched by others, the process stops", mine.watch.account());
    }
  }

  private void step(Held mine) throws InterruptedException {
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
    } catch (SQLException | KafkaException e) {
      looksWait = failed(e, looksWait);
      again(mine, Duration.ofSeconds(1));
    } catch (RuntimeException e) {
      LOG.error("watching {} failed in a way nobody thought of", mine.watch.account(), e);
      again(mine, AFTER_A_FAULT);
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
