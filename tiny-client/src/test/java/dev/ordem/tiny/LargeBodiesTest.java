package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.http.TinyError.Cause;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** As many large bodies at once as there are threads, in a process of its own with a small heap. */
class LargeBodiesTest {
  /** What {@code ./ordem detail-worker} has, less what Streams and Kafka take of it, and less. */
  private static final String HEAP = "-Xmx320m";

  private static final int THREADS = 16;
  private static final int ROUNDS = 3;
  private static final int BODY = (8 << 20) - 1_000;

  @Test
  void asManyAsThereAreThreadsEndNoProcessAndAreNamedAndOthersKeepTheirPace() throws Exception {
    ExecutorService answering = Executors.newCachedThreadPool();
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    api.createContext("/", LargeBodiesTest::answer);
    api.setExecutor(answering);
    api.start();
    SimulatorSettings settings = SimulatorSettings.inProcess().withClients(Client.named("hungry"));
    try (HikariDataSource database = Postgres.database();
        TinySimulator tiny = new TinySimulator(settings).start()) {
      Process reading =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:+ExitOnOutOfMemoryError",
                  HEAP,
                  "-cp",
                  System.getProperty("java.class.path"),
                  Reader.class.getName(),
                  database.getJdbcUrl(),
                  "http://127.0.0.1:" + api.getAddress().getPort(),
                  tiny.authUrl().toString(),
                  tiny.account().clientId())
              .redirectErrorStream(true)
              .start();
      String said = new String(reading.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(reading.waitFor()).as(said).isZero();
      assertThat(said).contains("named: " + THREADS * ROUNDS).contains("others: true");
    } finally {
      api.stop(0);
      answering.shutdownNow();
    }
  }

  /** An order below 100 is large: one euro sign, and every copy of it has two bytes a character. */
  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    byte[] begin = ("{\"id\":" + id + ",\"obs\":\"€").getBytes(StandardCharsets.UTF_8);
    byte[] end = "\"}".getBytes(StandardCharsets.UTF_8);
    byte[] part = new byte[64 << 10];
    Arrays.fill(part, (byte) 'x');
    int left = id < 100 ? BODY : 100;
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(begin);
      for (; left > 0; left -= part.length) {
        body.write(part, 0, Math.min(left, part.length));
      }
      body.write(end);
    }
  }

  /** The process. */
  static final class Reader {
    private Reader() {}

    /** Arguments: JDBC URL, API, realm, client. */
    public static void main(String[] args) throws Exception {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(args[0]);
      config.setMaximumPoolSize(THREADS + 3);
      TinyClient client =
          TinyClient.create(
              settings(args), new HikariDataSource(config), new SimpleMeterRegistry());
      client.start();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
      AtomicBoolean over = new AtomicBoolean();
      Future<Boolean> others = threads.submit(() -> others(client, over));
      List<Callable<Integer>> large = new ArrayList<>();
      for (int i = 1; i <= THREADS; i++) {
        long id = i;
        large.add(() -> named(client, id));
      }
      int named = 0;
      for (Future<Integer> each : threads.invokeAll(large)) {
        named += each.get();
      }
      over.set(true);
      System.out.println("named: " + named);
      System.out.println("others: " + others.get());
      System.exit(0);
    }

    private static int named(TinyClient client, long id) throws InterruptedException {
      int named = 0;
      for (int i = 0; i < ROUNDS; i++) {
        Answer<OrderDetail> answer = client.detail("default", id, Priority.DETAIL);
        if (answer instanceof Answer.Rejected<OrderDetail> rejected
            && rejected.error().cause() == Cause.TOO_LARGE
            && rejected.error().message().contains("ordem-servico/" + id + ":")) {
          named++;
        } else {
          System.out.println(answer);
        }
      }
      return named;
    }

    private static boolean others(TinyClient client, AtomicBoolean over)
        throws InterruptedException {
      int read = 0;
      while (!over.get()) {
        Answer<OrderDetail> answer = client.detail("default", 1_000, Priority.DETAIL);
        if (!(answer instanceof Answer.Ok)) {
          System.out.println(answer);
          return false;
        }
        read++;
        TimeUnit.MILLISECONDS.sleep(5);
      }
      System.out.println("others meanwhile: " + read);
      return read > THREADS * ROUNDS; // one that waited with them would be read as often at most
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
          1_000,
          10_000,
          Duration.ofMinutes(1),
          0,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5));
    }
  }
}
