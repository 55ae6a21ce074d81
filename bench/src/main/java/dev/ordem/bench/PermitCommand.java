package dev.ordem.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.bench.pipeline.process.Database;
import dev.ordem.tiny.account.AccountSettings;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.QuotaLimits;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What it takes to get a permit that is free: the cost of asking, without any waiting for quota.
 */
@Command(
    name = "permit",
    sortOptions = false,
    showDefaultValues = true,
    description = "What a free permit costs, with one account and with many.")
final class PermitCommand implements Callable<Integer> {
  /** As many slots as a real account has, asked for so slowly that none is ever waited for. */
  private static final int LIMIT = 120;

  private static final Duration PACE = Duration.ofMillis(10);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String BUSY = "busy";

  @Option(names = "--accounts", description = "beside the one that is measured alone")
  int accounts = 10_000;

  @Option(
      names = "--permits",
      description = "that are measured, after a quarter as many to warm up")
  int permits = 2000;

  /** A way to get a permit. */
  @FunctionalInterface
  private interface Asking {
    void ask(int number) throws InterruptedException;
  }

  @Override
  public Integer call() throws Exception {
    System.out.println("| limiter | fastest tenth within | half within | 99 % within |");
    System.out.println("|---|---|---|---|");
    try (Database database = new Database().start()) {
      for (Contender contender : Contender.values()) {
        if (contender != Contender.ORDEM) {
          peer(contender, database);
        }
      }
      ours(database);
    }
    return 0;
  }

  private void peer(Contender contender, Database database)
      throws SQLException, InterruptedException {
    String name = database.fresh();
    database.execute(name, Trial.BUCKETS);
    int plenty = 100_000_000;
    try (HikariDataSource pool = pool(database, name)) {
      Peers.Gate gate = new Peers(plenty, plenty, SECOND, 1).gate(contender, pool);
      print(contender.title(), number -> gate.pass());
    }
  }

  private void ours(Database database) throws SQLException, InterruptedException {
    String name = database.fresh();
    try (HikariDataSource pool = pool(database, name);
        Accounts busy = accounts(pool)) {
      busy.start();
      print("Ordem, 1 account", asking(busy, number -> BUSY));
      database.execute(
          name,
          """
          select tiny_quota_configure('a' || n, 4, 120, 60000, 0)
          from generate_series(0, %d) n;
          """
              .formatted(accounts - 1));
      database.execute(name, "analyze");
      print("Ordem, 1 of " + (accounts + 1) + " accounts", asking(busy, number -> BUSY));
      SplittableRandom random = new SplittableRandom(1);
      print(
          "Ordem, " + accounts + " accounts in turn",
          asking(busy, number -> "a" + random.nextInt(accounts)));
    }
  }

  private static Accounts accounts(DataSource pool) {
    return new Accounts(
        new AccountSettings(
            new StoreIdentity("bench", BUSY, true, false),
            URI.create("http://127.0.0.1:9"),
            "id",
            "secret",
            "token",
            List.of("a key for nothing but benchmarks"),
            new QuotaLimits(LIMIT, LIMIT, SECOND, 0),
            Duration.ofSeconds(2),
            SECOND),
        pool,
        Time.system(),
        new SimpleMeterRegistry(),
        (token, mayLeave) -> {
          throw new IllegalStateException("nobody asks here");
        });
  }

  private static Asking asking(Accounts accounts, IntFunction<String> account) {
    return number -> {
      Permit permit = accounts.permit(account.apply(number), "detail", 2);
      if (!(permit instanceof Permit.Granted granted)) {
        throw new IllegalStateException("no permit where there is plenty: " + permit);
      }
      accounts.release(granted, Feedback.of(Feedback.End.OK));
    };
  }

  private void print(String title, Asking asking) throws InterruptedException {
    for (int i = 0; i < permits / 4; i++) {
      asking.ask(i);
      TimeUnit.NANOSECONDS.sleep(PACE.toNanos());
    }
    long[] nanos = new long[permits];
    for (int i = 0; i < permits; i++) {
      long start = System.nanoTime();
      asking.ask(i);
      nanos[i] = System.nanoTime() - start;
      TimeUnit.NANOSECONDS.sleep(PACE.toNanos());
    }
    Arrays.sort(nanos);
    System.out.println(
        String.format(
            Locale.ROOT,
            "| %s | %.3f ms | %.3f ms | %.3f ms |",
            title,
            nanos[permits / 10] / 1e6,
            nanos[permits / 2] / 1e6,
            nanos[(int) (permits * 0.99)] / 1e6));
  }

  private static HikariDataSource pool(Database database, String name) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url(name));
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }
}
