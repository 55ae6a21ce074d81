package dev.ordem.tiny.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port, the threads behind it, and the clockwork that lets accounts live by themselves.
 *
 * <p>A call holds one of {@value #THREADS} threads for as long as its answer takes. That is a
 * thousand fast answers a second, or {@value #THREADS} slow ones at a time.
 */
final class SimulatorServer {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatorServer.class);
  private static final int THREADS = 64;
  private static final long IDLE_SECONDS = 10;
  private static final int BACKLOG = 1024;
  private static final double NANOS_PER_MINUTE = 60e9;

  private final SimulatorSettings settings;
  private final TinySimulator simulator;
  private final HttpHandler api;
  private final HttpHandler oauth;
  private final HttpHandler control;
  private final ResponseWriter wire;
  private @Nullable HttpServer http;
  private @Nullable ExecutorService workers;
  private @Nullable ScheduledExecutorService clockwork;
  private @Nullable ScheduledFuture<?> living;
  private volatile @Nullable Throwable broken;

  SimulatorServer(
      SimulatorSettings settings,
      InstantSource clock,
      ResponseWriter wire,
      Realm realm,
      TinySimulator simulator) {
    this.settings = settings;
    this.simulator = simulator;
    this.wire = wire;
    this.api = new ApiHandler(realm, clock, wire);
    this.oauth = new OAuthHandler(realm, wire);
    this.control = new ControlHandler(simulator, clock, this::broken, wire);
  }

  synchronized void start() {
    if (http != null) {
      throw new IllegalStateException("this simulator was started before");
    }
    HttpServer server = listen(settings.http());
    openAccounts(server);
    ExecutorService threads = threads();
    server.setExecutor(threads);
    server.createContext(ApiHandler.PATH, guarded(api));
    server.createContext(OAuthHandler.PATH, guarded(oauth));
    server.createContext(ControlHandler.PATH, guarded(control));
    server.createContext("/", guarded(exchange -> wire.send(exchange, ApiResponse.error(404))));
    server.start();
    http = server;
    workers = threads;
    clockwork = Executors.newSingleThreadScheduledExecutor(daemons("tiny-simulator-life-"));
    live(settings.changesPerMinute());
  }

  /** Each holds a tenth of a megabyte: those without work go. */
  private static ExecutorService threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("tiny-simulator-"));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Only once the port is ours: another simulator may be writing the same diaries. */
  private void openAccounts(HttpServer server) {
    try {
      simulator.accounts().forEach(SimulatedAccount::open);
    } catch (RuntimeException e) {
      server.stop(0);
      throw e;
    }
  }

  synchronized void live(double changesPerMinute) {
    if (clockwork == null) {
      throw new IllegalStateException("start the simulator before it is to live by itself");
    }
    if (living != null) {
      living.cancel(false);
      living = null;
    }
    if (changesPerMinute > 0) {
      long period = Math.max(1, (long) (NANOS_PER_MINUTE / changesPerMinute));
      living = clockwork.scheduleAtFixedRate(this::step, period, period, TimeUnit.NANOSECONDS);
    }
  }

  synchronized void close() {
    if (clockwork != null) {
      clockwork.shutdownNow();
    }
    if (http != null) {
      http.stop(0);
    }
    if (workers != null) {
      workers.shutdownNow();
      awaitWorkers(workers);
    }
    simulator.accounts().forEach(SimulatedAccount::close);
  }

  synchronized URI url(String path) {
    if (http == null) {
      throw new IllegalStateException("the simulator has no address before start()");
    }
    InetAddress host = settings.http().getAddress();
    String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
    return URI.create("http://" + name + ":" + http.getAddress().getPort() + path);
  }

  /** Why accounts no longer live by themselves; null while all is well. */
  private @Nullable Throwable broken() {
    return broken;
  }

  private void step() {
    try {
      simulator.accounts().forEach(account -> account.advance(1));
    } catch (RuntimeException | Error e) {
      LOG.error("The simulated accounts have stopped living; restart the simulator", e);
      broken = e;
      throw e;
    }
  }

  private static HttpServer listen(InetSocketAddress address) {
    // Read once by the JDK's server: without it, each answer on a kept connection waits 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    try {
      return HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen on %s:%d (%s); stop what holds it or set SIMULATOR_HTTP"
              .formatted(address.getAddress().getHostAddress(), address.getPort(), e.getMessage()),
          e);
    }
  }

  /** An answer that cannot be written is the caller's business; anything else is a 500. */
  private HttpHandler guarded(HttpHandler handler) {
    return exchange -> {
      try {
        handler.handle(exchange);
      } catch (IOException e) {
        LOG.debug("{} was cut off", exchange.getRequestURI(), e);
        exchange.close();
      } catch (RuntimeException e) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        answer500(exchange);
      }
    };
  }

  private void answer500(HttpExchange exchange) throws IOException {
    if (exchange.getResponseCode() == -1) {
      wire.send(exchange, ApiResponse.error(500));
    } else {
      exchange.close();
    }
  }

  private static void awaitWorkers(ExecutorService workers) {
    try {
      if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("Some answers are still being written after 5 s; their threads are daemons");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
