package dev.ordem.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Environment;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.TinyClient;
import dev.ordem.tiny.TinySettings;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A process that calls as often as its limiter lets it, until it is killed or its parent is gone.
 * Configured by {@code TINY_*}, {@code POSTGRES_*} and {@code BENCH_*}.
 */
final class Caller {
  private final Map<String, String> environment;
  private final TinySettings settings;

  private Caller(Map<String, String> environment) {
    this.environment = environment;
    Environment read = Environment.of(environment);
    this.settings = TinySettings.of(read);
    read.verify();
  }

  /** One call with everything that belongs to it. */
  @FunctionalInterface
  private interface Call {
    void make(long order) throws InterruptedException, IOException;
  }

  public static void main(String[] arguments) throws IOException {
    Caller caller = new Caller(System.getenv());
    Call call = caller.call(Contender.of(caller.value("BENCH_LIMITER")));
    for (int i = 0; i < Integer.parseInt(caller.value("BENCH_THREADS")); i++) {
      Thread thread = new Thread(() -> caller.keepCalling(call), "caller-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    awaitEndOfParent();
  }

  /** The parent holds the other end of standard input, and so does nobody once it is dead. */
  private static void awaitEndOfParent() throws IOException {
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }

  private void keepCalling(Call call) {
    String[] orders = value("BENCH_ORDERS").split(",", -1);
    try {
      while (true) {
        int index = ThreadLocalRandom.current().nextInt(orders.length);
        try {
          call.make(Long.parseLong(orders[index]));
        } catch (IOException e) {
          System.err.println("A call failed: " + e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Call call(Contender contender) {
    return contender == Contender.ORDEM ? ours() : behind(contender);
  }

  private Call ours() {
    TinyClient client = TinyClient.create(settings, dataSource(), new SimpleMeterRegistry());
    client.start();
    return order -> {
      Answer<OrderDetail> answer = client.detail(settings.account(), order, Priority.DETAIL);
      if (answer instanceof Answer.Later<OrderDetail> later) {
        long wait = Duration.between(Instant.now(), later.until()).toMillis();
        TimeUnit.MILLISECONDS.sleep(Math.max(1, wait));
      }
    };
  }

  private Call behind(Contender contender) {
    int processes = Integer.parseInt(value("BENCH_PROCESSES"));
    Peers peers =
        new Peers(settings.perSecond(), settings.perWindow(), settings.window(), processes);
    Peers.Gate gate = peers.gate(contender, dataSource());
    OkHttpClient http =
        new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .callTimeout(settings.callTimeout())
            .build();
    String authorization = "Bearer " + value("BENCH_TOKEN");
    return order -> {
      gate.pass();
      Request request =
          new Request.Builder()
              .url(settings.apiUrl() + "/ordem-servico/" + order)
              .header("Authorization", authorization)
              .build();
      try (Response response = http.newCall(request).execute()) {
        response.body().bytes();
      }
    };
  }

  private HikariDataSource dataSource() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(value("POSTGRES_URL"));
    config.setUsername(value("POSTGRES_USER"));
    config.setMaximumPoolSize(4);
    config.setInitializationFailTimeout(-1);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  private String value(String name) {
    return Optional.ofNullable(environment.get(name))
        .orElseThrow(() -> new IllegalArgumentException(name + " is not set"));
  }
}
