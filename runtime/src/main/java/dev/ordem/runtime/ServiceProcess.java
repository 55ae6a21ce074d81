package dev.ordem.runtime;

import dev.ordem.runtime.http.AccessFilter;
import dev.ordem.runtime.memory.PeriodicCollection;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services behind one HTTP server.
 *
 * <p>Not thread safe, but for {@link #health}, and for {@link #close}, which may come from a
 * signal's thread and does its work once.
 */
public final class ServiceProcess implements AutoCloseable {
  /** What {@link #run} returns when a signal stopped the process in order. */
  public static final int DONE = 0;

  /** What {@link #run} returns when a service could not start or go on. */
  public static final int FAILED = 1;

  /** What {@link #run} returns when variables are missing or wrong, or are for other stores. */
  public static final int MISCONFIGURED = 2;

  private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final IntervalFunction WAITS =
      IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(15));

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Service> services = new ArrayList<>();
  private final List<String> unknown;
  private final HttpServer http;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile Health waiting = Health.up();
  private boolean closed;

  /**
   * Builds the services and judges all variables; does no I/O.
   *
   * @param defaultPort where to listen on loopback unless {@code ORDEM_HTTP} says otherwise
   * @throws ConfigurationException if variables are missing or wrong
   */
  public ServiceProcess(Environment environment, int defaultPort, List<Factory> factories) {
    meters.config().meterFilter(new MetricHelp());
    for (Factory factory : factories) {
      services.add(factory.create(environment, meters));
    }
    InetSocketAddress address =
        environment.address(
            "ORDEM_HTTP", InetSocketAddress.createUnresolved("127.0.0.1", defaultPort));
    AccessFilter access = access(environment, address);
    environment.verify();
    unknown = environment.unknown();
    http = new HttpServer(address, access, services, meters, this::health);
  }

  private static AccessFilter access(Environment environment, InetSocketAddress address) {
    Optional<String> token = environment.token("ORDEM_API_TOKEN");
    Optional<String> readToken = environment.token("ORDEM_READ_TOKEN");
    boolean open = !environment.has("ORDEM_API_TOKEN");
    if (!HttpServer.resolves(address)) {
      environment.problem(
          "ORDEM_HTTP: no machine is called "
              + address.getHostString()
              + "; write host:port, such as 127.0.0.1:8080 or [::1]:8080");
    } else if (open && !HttpServer.loopback(address)) {
      environment.problem(
          "ORDEM_API_TOKEN: not set; it is needed to listen on "
              + address.getHostString()
              + ", which is not loopback");
    }
    if (readToken.isPresent() && open) {
      environment.problem(
          "ORDEM_READ_TOKEN: means nothing without ORDEM_API_TOKEN, as everybody may do everything"
              + " then; set both");
    }
    if (readToken.isPresent() && readToken.equals(token)) {
      environment.problem("ORDEM_READ_TOKEN: the same as ORDEM_API_TOKEN; make another one");
    }
    Set<String> names = new HashSet<>();
    names.add(address.getHostString() + ":" + address.getPort());
    environment.publicUrl().map(URI::getAuthority).ifPresent(names::add);
    return new AccessFilter(token, readToken, names);
  }

  /**
   * The whole of a service's {@code main}: runs until a signal comes or the service dies.
   *
   * @return the exit code
   */
  public static int run(
      Map<String, String> variables, int defaultPort, Factory factory, PrintStream errors)
      throws InterruptedException {
    try (ShutdownSignal signal = ShutdownSignal.onSignal();
        ServiceProcess process =
            new ServiceProcess(Environment.of(variables), defaultPort, List.of(factory))) {
      signal.during(process::startWhenLetIn);
      return process.goesOnUntil(signal) ? DONE : FAILED;
    } catch (ConfigurationException e) {
      errors.println(e.getMessage());
      return MISCONFIGURED;
    } catch (StartException e) {
      errors.println(e.getMessage());
      LOG.debug("cannot start", e);
      return e.isWrong() ? MISCONFIGURED : FAILED;
    }
  }

  /**
   * Starts the HTTP server, then the services in order.
   *
   * @throws StartException if one cannot start; those that could are still to be closed
   */
  public void start() throws StartException, InterruptedException {
    serve();
    startServices();
  }

  /**
   * The same for who is left alone: what a service needs and does not get is waited for, told in
   * the log and by health. To end and be started again would change nothing, and tell less.
   *
   * @throws StartException if no waiting mends it, or a service could not start
   */
  void startWhenLetIn() throws StartException, InterruptedException {
    serve();
    Duration atOnce = Duration.ofSeconds(1);
    String collecting = "periodic-collection";
    opening(Loop.every(PeriodicCollection.PAUSE, collecting, atOnce, PeriodicCollection::collect))
        .start();
    for (Service service : services) {
      if (!letIn(service)) {
        return;
      }
    }
    startServices();
  }

  private void serve() throws StartException {
    unknown.forEach(LOG::warn);
    bindJvm();
    opening(http).start();
  }

  private void startServices() throws StartException, InterruptedException {
    for (Service service : services) {
      LOG.info("starting {}", service.name());
      opening(service).start();
    }
    LOG.info("started; health and metrics at {}", http.url());
  }

  /** Returns false if it was closed meanwhile. */
  private boolean letIn(Service service) throws StartException, InterruptedException {
    for (int times = 1; goesOn(); times++) {
      try {
        service.check();
        waiting = Health.up();
        return true;
      } catch (StartException e) {
        if (e.isWrong()) {
          throw e;
        }
        Health told = Health.unready(service.name(), "waits: " + e.getMessage());
        if (!told.equals(waiting)) {
          LOG.warn(
              "{} waits, and looks again until it is let in: {}", service.name(), e.getMessage());
        }
        waiting = told;
        pause(WAITS.apply(times));
      }
    }
    return false;
  }

  private synchronized boolean goesOn() {
    return !closed;
  }

  private synchronized void pause(long millis) throws InterruptedException {
    if (!closed) {
      TimeUnit.MILLISECONDS.timedWait(this, millis);
    }
  }

  /** By which programs of this machine reach it. */
  public URI url() {
    return http.url();
  }

  /** The port it listens on. */
  public int port() {
    return http.port();
  }

  /** As healthy as the least healthy service. */
  public Health health() {
    return services.stream().map(Service::health).reduce(Health.up(), Health::and).and(waiting);
  }

  /** Waits until it was closed, which is true, or a service is no longer live, which is false. */
  public synchronized boolean awaitEnd() throws InterruptedException {
    while (!closed) {
      if (isDead()) {
        return false;
      }
      TimeUnit.MILLISECONDS.timedWait(this, LOOK.toMillis());
    }
    return true;
  }

  private boolean goesOnUntil(ShutdownSignal signal) throws InterruptedException {
    while (!signal.within(LOOK)) {
      if (isDead()) {
        return false;
      }
    }
    return true;
  }

  private boolean isDead() {
    Health health = health();
    if (!health.live()) {
      LOG.error("cannot go on: {}", health.details());
    }
    return !health.live();
  }

  /** Closes what was opened, in reverse order, once. */
  @Override
  public void close() {
    List<AutoCloseable> toClose;
    synchronized (this) {
      closed = true;
      notifyAll();
      toClose = new ArrayList<>(opened);
      opened.clear();
    }
    for (AutoCloseable each : toClose) {
      try {
        each.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed; going on", each, e);
      }
    }
  }

  private synchronized <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }

  private void bindJvm() {
    new ClassLoaderMetrics().bindTo(meters);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(meters);
    opening(gc);
  }

  /** Makes a service of the variables, noting what is wrong with them; does no I/O. */
  @FunctionalInterface
  public interface Factory {
    /** Never throws for a bad variable. */
    Service create(Environment environment, MeterRegistry meters);
  }
}
