package dev.ordem.producer.looking;

import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Workers;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
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

  /** However many accounts; a look takes a third of a second, so that is 150 looks a second. */
  static final int THREADS = 48;

  private static final int MOST = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(10);

  /** A watch whose producer died is taken over within ten seconds: a lease, and a beat. */
  private static final Duration LEASE = Duration.ofSeconds(8);

  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Not at each beat, as it writes a row for every account. */
  private static final Duration RENEWAL = Duration.ofSeconds(3);

  private final Predicate<String> based;
  private final Clock clock;
  private final WatchTable leases;
  private final AccountWatch.Means means;
  private final WatchMeters meters;
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  /** Accounts that are being looked at, perhaps under a lease that ended meanwhile. */
  private final Set<String> looking = ConcurrentHashMap.newKeySet();

  private final Workers threads = new Workers("watch-looks", THREADS, PATIENCE);
  private final Loop loop = Loop.every(BEAT, "watch-leases", PATIENCE, this::keep);
  private long renewAt = System.nanoTime();
  private volatile @Nullable String leasesWait;
  private volatile @Nullable String looksWait;

  /**
   * What is outside.
   *
   * @param database for everything that may take its time
   * @param leases for what may not
   * @param based whether the ledger was told what Postgres knows of an account; before that it
   *     takes nothing
   */
  public record Outside(
      DataSource database,
      DataSource leases,
      PageReader tiny,
      HeaderWriter kafka,
      Predicate<String> based,
      Clock clock) {}

  /**
   * Does no I/O.
   *
   * @param share of the quota that looks may use, 0 to 1
   */
  public Watches(Outside outside, double share, MeterRegistry registry) {
    UUID holder = UUID.randomUUID();
    this.meters = new WatchMeters(registry, outside.clock());
    this.based = outside.based();
    this.clock = outside.clock();
    this.leases = new WatchTable(outside.leases(), holder, LEASE);
    this.means =
        new AccountWatch.Means(
            new WatchTable(outside.database(), holder, LEASE),
            new StoredOrders(outside.database()),
            new UnreadableHeaders(outside.database()),
            outside.tiny(),
            outside.kafka(),
            new LookPace(share),
            meters,
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

  /** Those that are watched here. */
  Set<String> accounts() {
    return Set.copyOf(held.keySet());
  }

  /** Dead once a thread died of an error; unready while Postgres or Kafka is away. */
  public Health health() {
    String why = leasesWait == null ? looksWait : leasesWait;
    return (why == null ? Health.up() : Health.unready("watch", why))
        .and(loop.health())
        .and(threads.health());
  }

  /**
   * Lets go of all accounts, so that others take them up at once; where a look does not end, when
   * its lease does.
   */
  @Override
  public void close() {
    loop.stop();
    threads.interrupt();
    loop.close();
    if (threads.finish()) {
      held.values().forEach(this::release);
    } else {
      LOG.warn("a look is still under way");
    }
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
      if (System.nanoTime() - renewAt >= 0) {
        renew();
      }
      heedConditions();
      claim();
      leasesWait = null;
    } catch (SQLException e) {
      leasesWait = failed(e, leasesWait);
    }
    held.values().removeIf(Watches::isOver);
    meters.publish(held.keySet());
  }

  private static boolean isOver(Held mine) {
    if (!mine.valid()) {
      LOG.info(
          "account {} is not watched here any more: its lease could not be renewed",
          mine.watch.account());
    }
    return !mine.valid();
  }

  private void renew() throws SQLException {
    List<Held> all = List.copyOf(held.values());
    long now = System.nanoTime();
    long until = now + leases.length().toNanos();
    Set<HeldWatch> kept = Set.copyOf(leases.renew(all.stream().map(each -> each.watch).toList()));
    all.stream().filter(each -> kept.contains(each.watch)).forEach(each -> each.validUntil = until);
    renewAt = now + RENEWAL.toNanos();
  }

  private void heedConditions() throws SQLException {
    Map<HeldWatch, WatchTable.Kept> kept = new HashMap<>();
    leases.conditions().forEach(each -> kept.put(each.watch(), each));
    for (Held each : List.copyOf(held.values())) {
      WatchTable.Kept row = kept.get(each.watch);
      if (row == null) {
        held.remove(each.watch.account(), each);
      } else {
        each.conditions = AccountWatch.Conditions.of(row, based.test(row.watch().account()));
      }
    }
  }

  private void claim() throws SQLException {
    if (held.size() >= MOST) {
      return;
    }
    long until = System.nanoTime() + leases.length().toNanos();
    for (HeldWatch watch : leases.claim(MOST - held.size())) {
      Held mine = new Held(watch, until);
      held.put(watch.account(), mine);
      LOG.info("account {} is watched here", watch.account());
      again(mine, BEAT);
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
    String account = mine.watch.account();
    if (held.get(account) != mine || !mine.valid()) {
      return;
    }
    if (!looking.add(account)) {
      again(mine, BEAT);
      return;
    }
    Optional<Duration> next;
    try {
      next = look(mine);
    } finally {
      looking.remove(account);
    }
    next.ifPresentOrElse(pause -> again(mine, pause), () -> held.remove(account, mine));
  }

  private Optional<Duration> look(Held mine) throws InterruptedException {
    try {
      Optional<Duration> next = account(mine).step(mine.conditions);
      looksWait = null;
      return next;
    } catch (SQLException | KafkaException e) {
      looksWait = failed(e, looksWait);
      return Optional.of(BEAT);
    } catch (RuntimeException e) {
      LOG.error("watching {} failed in a way nobody thought of", mine.watch.account(), e);
      return Optional.of(AFTER_A_FAULT);
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
