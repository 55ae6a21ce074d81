package dev.ordem.bench;

import dev.ordem.bench.pipeline.process.Database;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One limiter under {@link Terms}: a server, a road to it, and processes that call for as long as
 * it takes. What is found comes from the server's log alone.
 */
record Trial(Contender contender, Terms terms, Database database, long seed) {
  private static final int ORDERS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What Bucket4j's documentation asks for. */
  static final String BUCKETS =
      "CREATE TABLE bucket (id BIGINT PRIMARY KEY, state BYTEA, expires_at BIGINT)";

  Finding run() throws IOException, SQLException, InterruptedException {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withOrders(ORDERS)
            .withSeed(seed)
            .withLimits(
                new SimulatorSettings.Limits(terms.limit(), terms.perSecond(), terms.window()));
    try (TinySimulator tiny = new TinySimulator(settings).start();
        Road road = new Road(tiny.apiUrl(), terms.delays(), seed)) {
      if (terms.foreignAtStart()) {
        tiny.account().foreignShareAtStart(terms.foreign());
      } else {
        tiny.account().foreignShare(terms.foreign());
      }
      try (Callers callers = new Callers(environment(tiny, road.open()))) {
        callers.start(terms.processes());
        return watch(tiny.account(), callers);
      }
    }
  }

  private Finding watch(SimulatedAccount account, Callers callers)
      throws IOException, InterruptedException {
    Instant from = firstCall(account, callers).plus(terms.window());
    Duration pause = terms.measured().dividedBy(terms.restarts() + 1L);
    for (int i = 1; i <= terms.restarts(); i++) {
      sleepUntil(from.plus(pause.multipliedBy(i)));
      callers.replaceOne();
    }
    sleepUntil(from.plus(terms.measured()));
    callers.check();
    return Finding.of(account.arrivals(), terms, from);
  }

  private static Instant firstCall(SimulatedAccount account, Callers callers)
      throws InterruptedException {
    Instant patience = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(patience)) {
      List<Arrival> arrivals = account.arrivals();
      if (!arrivals.isEmpty()) {
        return arrivals.get(0).at();
      }
      callers.check();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IllegalStateException("no call arrived within " + PATIENCE);
  }

  private static void sleepUntil(Instant time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Duration.between(Instant.now(), time).toNanos());
  }

  private Map<String, String> environment(TinySimulator tiny, URI apiUrl) throws SQLException {
    String name = database.fresh();
    database.execute(name, BUCKETS);
    SimulatedAccount account = tiny.account();
    Map<String, String> environment = new HashMap<>();
    environment.put("TINY_API_URL", apiUrl.toString());
    environment.put("TINY_AUTH_URL", tiny.authUrl().toString());
    environment.put("TINY_CLIENT_ID", account.clientId());
    environment.put("TINY_CLIENT_SECRET", account.clientSecret());
    environment.put("TINY_REFRESH_TOKEN", account.refreshToken());
    environment.put("TINY_REQUESTS_PER_SECOND", Integer.toString(terms.perSecond()));
    environment.put("TINY_REQUESTS_PER_MINUTE", Integer.toString(terms.limit()));
    environment.put("TINY_QUOTA_WINDOW", terms.window().toString());
    environment.put("TINY_CALL_TIMEOUT", "PT2S");
    environment.put("ORDEM_SECRET_KEY", "a key for nothing but benchmarks");
    environment.put("POSTGRES_URL", database.url(name));
    environment.put("POSTGRES_USER", Database.USER);
    environment.put("BENCH_LIMITER", contender.toString());
    environment.put("BENCH_PROCESSES", Integer.toString(terms.processes()));
    environment.put("BENCH_THREADS", Integer.toString(terms.threads()));
    environment.put("BENCH_TOKEN", account.accessToken());
    environment.put(
        "BENCH_ORDERS",
        account.orderIds().stream().map(String::valueOf).collect(Collectors.joining(",")));
    return environment;
  }
}
