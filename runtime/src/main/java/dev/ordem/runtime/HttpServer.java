package dev.ordem.runtime;

import dev.ordem.runtime.http.AccessFilter;
import dev.ordem.runtime.http.Problem;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The one HTTP server of a process: health, metrics, and what its services add. */
final class HttpServer implements AutoCloseable {
  private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "[::]", "");

  private final InetSocketAddress address;
  private final AccessFilter access;
  private final List<Service> services;
  private final PrometheusMeterRegistry meters;
  private final Supplier<Health> health;
  private @Nullable Javalin javalin;

  HttpServer(
      InetSocketAddress address,
      AccessFilter access,
      List<Service> services,
      PrometheusMeterRegistry meters,
      Supplier<Health> health) {
    this.address = address;
    this.access = access;
    this.services = services;
    this.meters = meters;
    this.health = health;
  }

  /** Whether the host has an address, on whatever machine. */
  static boolean resolves(InetSocketAddress address) {
    try {
      return InetAddress.getAllByName(address.getHostString()).length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether only this machine can reach it. */
  static boolean loopback(InetSocketAddress address) {
    try {
      return Stream.of(InetAddress.getAllByName(address.getHostString()))
          .allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  void start() throws StartException {
    try {
      javalin =
          Javalin.create(this::configure)
              .start(bindable(address.getHostString()), address.getPort());
    } catch (JavalinBindException e) {
      throw new StartException(
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": it is in use or not an address of this machine; set ORDEM_HTTP to another"
              + " host:port",
          e);
    }
  }

  /** Sockets want an IPv6 address without the brackets that URLs need. */
  private static String bindable(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** By which programs of this machine reach it. */
  URI url() {
    String host = address.getHostString();
    return URI.create("http://" + (EVERYWHERE.contains(host) ? "127.0.0.1" : host) + ":" + port());
  }

  int port() {
    return javalin == null ? address.getPort() : javalin.port();
  }

  @Override
  public void close() {
    if (javalin != null) {
      javalin.stop();
    }
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.jetty.threadPool = new QueuedThreadPool(32, 4);
    access.addTo(config);
    config.routes.get("/health/live", http -> answer(http, Health::live));
    config.routes.get("/health/ready", http -> answer(http, Health::ready));
    config.routes.get(
        "/metrics", http -> http.contentType("text/plain; version=0.0.4").result(meters.scrape()));
    services.forEach(service -> service.routes(config.routes));
  }

  private void answer(Context http, Predicate<Health> good) {
    Health now = health.get();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("live", now.live());
    told.put("ready", now.ready());
    told.put("details", now.details());
    if (good.test(now)) {
      http.json(told);
    } else {
      Problem.answer(http, 503, now.told(), told);
    }
  }
}
