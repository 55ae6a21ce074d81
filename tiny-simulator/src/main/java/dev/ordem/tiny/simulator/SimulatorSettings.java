package dev.ordem.tiny.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a {@link TinySimulator} can be told before it starts. Immutable.
 *
 * @param http where to listen; port 0 takes a free one
 * @param clients the simulated accounts, each with orders, tokens and a quota of its own; the first
 *     is the default one
 * @param orders how many orders each account starts with
 * @param seed decides all data, weather and life; account number <i>n</i> uses {@code seed + n}
 * @param changesPerMinute how fast accounts live by themselves; 0: only when told to
 * @param tokens how long tokens live
 * @param state directory in which each account keeps a diary, out of which a restarted simulator
 *     makes the same account again; empty: each start is a first one
 */
public record SimulatorSettings(
    InetSocketAddress http,
    List<Client> clients,
    int orders,
    long seed,
    Limits limits,
    Weather weather,
    double changesPerMinute,
    TokenLife tokens,
    Optional<Path> state) {

  /** Copies the list of clients. */
  public SimulatorSettings {
    clients = List.copyOf(clients);
    if (clients.isEmpty()) {
      throw new IllegalArgumentException("clients is empty; give at least one account");
    }
  }

  /**
   * One account, known by the client id of the application that reads it.
   *
   * @param refreshToken exchanged for a pair of tokens exactly once
   */
  public record Client(String id, String secret, String refreshToken) {
    /** The secret and the refresh token are the id: for demonstrations and tests. */
    public static Client named(String id) {
      return new Client(id, id, id);
    }
  }

  /**
   * The quota of an account.
   *
   * @param perWindow calls per fixed window of the clock; 0: unlimited
   * @param perSecond calls per second of the clock; 0: unlimited
   * @param window length of the window; a minute, unless a test is in a hurry
   */
  public record Limits(int perWindow, int perSecond, Duration window) {
    /** Refuses negative limits and windows that are not positive. */
    public Limits {
      if (perWindow < 0 || perSecond < 0 || window.toMillis() <= 0) {
        throw new IllegalArgumentException(
            "limits must be 0 (unlimited) or more and the window at least PT0.001S: %d, %d, %s"
                .formatted(perWindow, perSecond, window));
      }
    }

    /** No limit at all. */
    public static Limits none() {
      return new Limits(0, 0, Duration.ofMinutes(1));
    }
  }

  /**
   * What goes wrong by chance, drawn anew for each call to the API.
   *
   * @param latency the median time an answer takes; zero: as fast as possible
   * @param errors share of answers with 500 or 503, from 0 to 1
   * @param drops share of connections cut before or inside the answer
   * @param garbage share of answers with status 200 whose body is cut, not JSON, HTML, or called
   *     something else
   * @param slow share of answers whose body comes in drops over three seconds
   */
  public record Weather(
      Duration latency, double errors, double drops, double garbage, double slow) {
    /** As measured. */
    static final Duration REAL_LATENCY = Duration.ofMillis(270);

    /** Refuses shares outside of 0 to 1 and a negative latency. */
    public Weather {
      double sum = errors + drops + garbage + slow;
      if (errors < 0 || drops < 0 || garbage < 0 || slow < 0 || sum > 1 || latency.isNegative()) {
        throw new IllegalArgumentException(
            "shares of weather must be 0 or more and sum up to at most 1, and latency not be"
                + " negative: errors=%s, drops=%s, garbage=%s, slow=%s, latency=%s"
                    .formatted(errors, drops, garbage, slow, latency));
      }
    }

    /** Nothing goes wrong and nothing takes time. */
    public static Weather calm() {
      return new Weather(Duration.ZERO, 0, 0, 0, 0);
    }

    /** A bad day: one call in sixteen fails in some way. */
    public static Weather rough() {
      return new Weather(REAL_LATENCY, 0.03, 0.015, 0.0125, 0.005);
    }

    Weather withLatency(Duration changed) {
      return new Weather(changed, errors, drops, garbage, slow);
    }
  }

  /** How long tokens are good for, from the moment they are issued. */
  public record TokenLife(Duration access, Duration refresh) {
    /** Four hours and one day. */
    public static TokenLife real() {
      return new TokenLife(Duration.ofHours(4), Duration.ofDays(1));
    }
  }

  /** What {@link #fromEnvironment} gives when nothing is set. */
  public static SimulatorSettings defaults() {
    return new SimulatorSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 8090),
        List.of(Client.named("demo")),
        500,
        1,
        new Limits(120, 4, Duration.ofMinutes(1)),
        Weather.calm().withLatency(Weather.REAL_LATENCY),
        0,
        TokenLife.real(),
        Optional.empty());
  }

  /** For tests in the same process: the defaults on a free port, without any limit or delay. */
  public static SimulatorSettings inProcess() {
    return defaults().withPort(0).withLimits(Limits.none()).withWeather(Weather.calm());
  }

  /**
   * Reads the {@code SIMULATOR_*} variables; the package's documentation lists them.
   *
   * @throws IllegalArgumentException naming every variable that is wrong, and what would be right
   */
  public static SimulatorSettings fromEnvironment(Map<String, String> environment) {
    return new EnvironmentReader(environment).read();
  }

  /** Listens on this port of 127.0.0.1; 0: on a free one. */
  public SimulatorSettings withPort(int port) {
    return new SimulatorSettings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        clients,
        orders,
        seed,
        limits,
        weather,
        changesPerMinute,
        tokens,
        state);
  }

  /** Simulates these accounts. */
  public SimulatorSettings withClients(Client... changed) {
    return new SimulatorSettings(
        http, List.of(changed), orders, seed, limits, weather, changesPerMinute, tokens, state);
  }

  /** Starts each account with this many orders. */
  public SimulatorSettings withOrders(int changed) {
    return new SimulatorSettings(
        http, clients, changed, seed, limits, weather, changesPerMinute, tokens, state);
  }

  /** Draws everything from this seed. */
  public SimulatorSettings withSeed(long changed) {
    return new SimulatorSettings(
        http, clients, orders, changed, limits, weather, changesPerMinute, tokens, state);
  }

  /** Gives each account this quota. */
  public SimulatorSettings withLimits(Limits changed) {
    return new SimulatorSettings(
        http, clients, orders, seed, changed, weather, changesPerMinute, tokens, state);
  }

  /** Starts with this weather. */
  public SimulatorSettings withWeather(Weather changed) {
    return new SimulatorSettings(
        http, clients, orders, seed, limits, changed, changesPerMinute, tokens, state);
  }

  /** Lets each account change this often by itself. */
  public SimulatorSettings withChangesPerMinute(double changed) {
    return new SimulatorSettings(
        http, clients, orders, seed, limits, weather, changed, tokens, state);
  }

  /** Keeps accounts over restarts, in this directory; orders are there after the start. */
  public SimulatorSettings withState(Path directory) {
    return new SimulatorSettings(
        http,
        clients,
        orders,
        seed,
        limits,
        weather,
        changesPerMinute,
        tokens,
        Optional.of(directory));
  }

  /** Issues tokens that live this long. */
  public SimulatorSettings withTokens(TokenLife changed) {
    return new SimulatorSettings(
        http, clients, orders, seed, limits, weather, changesPerMinute, changed, state);
  }
}
