package dev.ordem.bench.watch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.bench.pipeline.process.Cpu;
import dev.ordem.bench.pipeline.process.Database;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.producer.looking.Watches;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.account.AccountSettings;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.quota.QuotaLimits;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it costs to watch many accounts. */
@Command(
    name = "watch-accounts",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Watches many accounts in this process, with the pools of the producer and a Postgres beside"
          + " it. Permits, looks and notes are real; Tiny's lists are in memory, Kafka only takes"
          + " note, and there is no ledger: what HTTP, details and the sink cost comes on top."
    })
public final class WatchAccountsCommand implements Callable<Integer> {
  @Option(names = "--accounts", description = "how many")
  int accounts = 150;

  @Option(names = "--orders", description = "of each")
  int orders = 200;

  @Option(names = "--open", description = "of them")
  int open = 30;

  @Option(names = "--per-minute", description = "calls that each allows")
  int perMinute = 60;

  @Option(names = "--changes", description = "of each, a minute; 0: quiet for hours")
  double changes = 1;

  @Option(names = "--warm-up", description = "time before what counts")
  Duration warmUp = Duration.ofMinutes(2);

  @Option(names = "--time", description = "that counts")
  Duration time = Duration.ofMinutes(2);

  private final Random random = new Random(1);
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Database postgres = new Database().start()) {
      String name = postgres.fresh();
      Migrations.run(postgres.dataSource(name));
      postgres.execute(name, accountsAndOrders());
      try (HikariDataSource calls = pool(postgres, name, 6);
          HikariDataSource looks = pool(postgres, name, 4);
          HikariDataSource leases = pool(postgres, name, 3);
          Accounts permits = permits(calls)) {
        permits.start();
        ManyAccounts tiny = new ManyAccounts(permits, orders, open);
        Watches.Outside outside =
            new Watches.Outside(
                looks,
                leases,
                tiny,
                new HeaderWriter(() -> kafka, 6),
                account -> true,
                Clock.systemUTC());
        try (Watches watches = new Watches(outside, 0.8, new SimpleMeterRegistry());
            Connection connection = postgres.dataSource(name).getConnection()) {
          watches.start();
          measure(tiny, connection);
        }
      }
    }
    return 0;
  }

  private void measure(ManyAccounts tiny, Connection connection) throws Exception {
    long postmaster = DatabaseQueries.postmaster(connection);
    live(tiny, connection, warmUp);
    kafka.clear();
    tiny.seen();
    Sample before = Sample.of(postmaster, connection);
    live(tiny, connection, time);
    Sample used = Sample.of(postmaster, connection).minus(before);
    Ages ages = tiny.seen();
    double seconds = used.nanos() / 1e9;
    System.out.println(
        "| accounts | looks/min | JVM | Postgres | a look | WAL a look | records | seen, half |"
            + " nine tenths | threads |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %,d | %,.0f | %.0f %% | %.0f %% | %.2f ms | %.1f kB | %d | %.1f s | %.1f s | %d |%n",
        accounts,
        used.looks() / seconds * 60,
        100 * used.jvm() / seconds,
        100 * used.postgres() / seconds,
        1_000 * (used.jvm() + used.postgres()) / Math.max(1, used.looks()),
        used.wal() / 1e3 / Math.max(1, used.looks()),
        kafka.history().size(),
        ages.percentile(0.5),
        ages.percentile(0.9),
        Thread.activeCount());
    System.out.println("load at the end: " + Machine.load());
  }

  /** What was used so far. */
  private record Sample(long nanos, double jvm, double postgres, long looks, long wal) {
    static Sample of(long postmaster, Connection connection) throws SQLException {
      return new Sample(
          System.nanoTime(),
          Cpu.of(ProcessHandle.current().pid()),
          Cpu.ofTree(postmaster),
          DatabaseQueries.number(connection, "SELECT sum(looks)::bigint FROM watch"),
          DatabaseQueries.number(
              connection, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
    }

    Sample minus(Sample before) {
      return new Sample(
          nanos - before.nanos,
          jvm - before.jvm,
          postgres - before.postgres,
          looks - before.looks,
          wal - before.wal);
    }
  }

  /** Orders change; Postgres is told at once, as if ledger and sink were quicker than any look. */
  private void live(ManyAccounts tiny, Connection connection, Duration length) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    double perSecond = changes * accounts / 60;
    while (System.nanoTime() < end) {
      if (perSecond <= 0) {
        Waiting.pause(Duration.ofSeconds(1));
        continue;
      }
      Waiting.pause(Duration.ofNanos((long) (1e9 / perSecond)));
      String account = "a" + (1 + random.nextInt(accounts));
      int id = 1 + random.nextInt(open);
      int to = tiny.change(account, id);
      try (var update =
          connection.prepareStatement("UPDATE os SET situacao = ? WHERE account = ? AND id = ?")) {
        update.setInt(1, to);
        update.setString(2, account);
        update.setInt(3, id);
        update.executeUpdate();
      }
    }
  }

  private String accountsAndOrders() {
    return """
        INSERT INTO tiny_account (account, per_second, per_minute)
          SELECT 'a' || n, 4, %4$d FROM generate_series(1, %1$d) n;
        SELECT tiny_quota_configure(account, 4, %4$d, 60000, 0) FROM tiny_account;
        INSERT INTO watch (account, changed_at)
          SELECT account, CASE WHEN %5$b THEN now() - interval '2 hours' END FROM tiny_account;
        INSERT INTO os (account, id, situacao, cliente_nome, marcadores, payload, details_synced,
            updated_at, revision, source_at, source_offset)
          SELECT account, i, CASE WHEN i <= %3$d THEN 6 ELSE 3 END, '%6$s', '{}', '{"id": 0}', true,
            now(), 5, now(), 0
          FROM tiny_account, generate_series(1, %2$d) i;
        ANALYZE
        """
        .formatted(accounts, orders, open, perMinute, changes <= 0, ManyAccounts.CUSTOMER);
  }

  private Accounts permits(DataSource pool) {
    return new Accounts(
        new AccountSettings(
            new StoreIdentity("bench", "", true, false),
            URI.create("http://127.0.0.1:9"),
            "",
            "",
            null,
            List.of("a key for nothing but benchmarks"),
            new QuotaLimits(4, perMinute, Duration.ofMinutes(1), 0),
            Duration.ofSeconds(20),
            Duration.ofSeconds(1)),
        pool,
        Time.system(),
        new SimpleMeterRegistry(),
        (token, mayLeave) -> {
          throw new IllegalStateException("nobody asks here");
        });
  }

  private static HikariDataSource pool(Database postgres, String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(postgres.url(name));
    config.setMaximumPoolSize(size);
    return new HikariDataSource(config);
  }
}
