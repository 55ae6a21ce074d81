package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.MigratedDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many accounts watched by one process, or two, over a real database. */
class WatchesTest {
  private static final int ACCOUNTS = 120;
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static MigratedDatabase database;
  private static HikariDataSource pool;

  private final FakeTiny tiny = FakeTiny.holding(5);

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
    pool = database.pool(4);
  }

  @AfterAll
  static void stop() throws Exception {
    pool.close();
    database.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
    database.execute(
        "DELETE FROM tiny_account;"
            + " INSERT INTO tiny_account (account) SELECT 'a' || n FROM generate_series(1, "
            + ACCOUNTS
            + ") n;"
            + " SELECT tiny_quota_configure(account, 4, 60, 60000, 0) FROM tiny_account");
  }

  @Test
  void howeverManyAccountsThreadsAreFewAndEachAccountHasItsTurn() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    Map<String, AtomicInteger> looking = new ConcurrentHashMap<>();
    AtomicInteger most = new AtomicInteger();
    PageReader slow =
        (account, query) -> {
          AtomicInteger here = looking.computeIfAbsent(account, name -> new AtomicInteger());
          most.accumulateAndGet(here.incrementAndGet(), Math::max);
          inside.incrementAndGet();
          assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          here.decrementAndGet();
          return tiny.read(account, query);
        };
    try (Watches watches = watching(slow)) {
      await().atMost(PATIENCE).until(() -> watched(watches) == ACCOUNTS);
      await().atMost(PATIENCE).until(() -> inside.get() == Watches.THREADS);
      assertThat(threads()).isEqualTo(Watches.THREADS);
      held.countDown();
      await()
          .atMost(PATIENCE)
          .until(() -> count("SELECT count(*) FROM watch WHERE looks >= 2") == ACCOUNTS);
      assertThat(threads()).isLessThanOrEqualTo(Watches.THREADS);
      assertThat(most).as("looks under way for one account").hasValue(1);
    }
  }

  @Test
  void whoStopsLetsOthersTakeUpAllAtOnceAndTwoShareNoAccount() throws Exception {
    Watches first = watching(tiny);
    await().atMost(PATIENCE).until(() -> watched(first) == ACCOUNTS);
    try (Watches second = watching(tiny)) {
      database.execute("INSERT INTO tiny_account (account) VALUES ('nova')");
      await().atMost(PATIENCE).until(() -> watched(first) + watched(second) == ACCOUNTS + 1);
      first.close();
      await()
          .atMost(Duration.ofSeconds(6)) // less than a lease
          .until(() -> watched(second) == ACCOUNTS + 1);
    }
    assertThat(count("SELECT count(*) FROM watch WHERE lease_holder IS NOT NULL")).isZero();
  }

  @Test
  void aLookThatDoesNotEndKeepsItsLease() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    database.execute("DELETE FROM tiny_account WHERE account <> 'a1'");
    PageReader deaf =
        (account, query) -> {
          begun.countDown();
          boolean over = false;
          while (!over) {
            try {
              held.await();
              over = true;
            } catch (InterruptedException e) {
              over = false; // as a call that cannot be interrupted
            }
          }
          return tiny.read(account, query);
        };
    Watches watches = watching(deaf);
    assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    watches.close();
    assertThat(count("SELECT count(*) FROM watch WHERE lease_until > clock_timestamp()"))
        .as("until the lease is over nobody else looks")
        .isEqualTo(1);
    held.countDown();
  }

  @Test
  void noSecondLookBeginsWhileOneOutlastsItsLease() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    database.execute("DELETE FROM tiny_account WHERE account <> 'a1'");
    PageReader slow =
        (account, query) -> {
          begun.incrementAndGet();
          assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          return tiny.read(account, query);
        };
    try (Watches watches = watching(slow)) {
      await().atMost(PATIENCE).until(() -> begun.get() == 1);
      database.execute("UPDATE watch SET lease_until = now()");
      await().atMost(PATIENCE).until(() -> count("SELECT lease_epoch FROM watch") == 2);
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(6))
          .until(() -> begun.get() == 1);
      held.countDown();
      await().atMost(PATIENCE).until(() -> begun.get() > 2);
      assertThat(watched(watches)).isEqualTo(1);
    }
  }

  private static Watches watching(PageReader reader) {
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    Watches watches =
        new Watches(
            new Watches.Outside(
                pool,
                pool,
                reader,
                new HeaderWriter(() -> kafka, 2),
                account -> true,
                Clock.systemUTC()),
            0.8,
            new SimpleMeterRegistry());
    watches.start();
    return watches;
  }

  private static int watched(Watches watches) {
    return watches.accounts().size();
  }

  private static int count(String sql) throws Exception {
    return Integer.parseInt(database.text(sql));
  }

  private static int threads() {
    Set<String> names =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("watch-looks"))
            .collect(Collectors.toSet());
    return names.size();
  }
}
