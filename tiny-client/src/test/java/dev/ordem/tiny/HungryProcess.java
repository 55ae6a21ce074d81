package dev.ordem.tiny;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process of its own that reads orders as fast as it may, until it is killed. */
final class HungryProcess {
  private static final int THREADS = 4;

  private HungryProcess() {}

  /**
   * Starts one.
   *
   * @param authUrl of the realm, or of what stands before it
   */
  static Process start(
      HikariDataSource database, TinySimulator tiny, URI authUrl, SimulatorSettings.Limits limits)
      throws IOException {
    String ids =
        tiny.account().orderIds().stream().map(String::valueOf).collect(Collectors.joining(","));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            HungryProcess.class.getName(),
            database.getJdbcUrl(),
            tiny.apiUrl().toString(),
            authUrl.toString(),
            tiny.account().clientId(),
            ids,
            String.valueOf(limits.perSecond()),
            String.valueOf(limits.perWindow()),
            String.valueOf(limits.window().toMillis()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Arguments: JDBC URL, API, realm, client, order ids, and the limits. */
  public static void main(String[] args) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args[0]);
    config.setMaximumPoolSize(THREADS + 2);
    TinyClient client =
        TinyClient.create(settings(args), new HikariDataSource(config), new SimpleMeterRegistry());
    client.start();
    List<Long> ids = Stream.of(args[4].split(",", -1)).map(Long::valueOf).toList();
    for (int i = 0; i < THREADS; i++) {
      new Thread(() -> eat(client, ids)).start();
    }
  }

  private static TinySettings settings(String[] args) {
    return new TinySettings(
        Tiny.IDENTITY,
        URI.create(args[1]),
        URI.create(args[2]),
        args[3],
        args[3],
        args[3],
        List.of(Tiny.KEY),
        Integer.parseInt(args[5]),
        Integer.parseInt(args[6]),
        Duration.ofMillis(Long.parseLong(args[7])),
        0,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1));
  }

  private static void eat(TinyClient client, List<Long> ids) {
    try {
      for (int i = 0; ; i++) {
        Answer<OrderDetail> answer =
            client.detail("default", ids.get(i % ids.size()), Priority.DETAIL);
        if (answer instanceof Answer.Later<OrderDetail> later) {
          LockSupport.parkNanos(Duration.between(Instant.now(), later.until()).toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
