package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.SimulatorSettings.TokenLife;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads settings from the environment, and collects every mistake before it refuses. The services
 * have another reader, in {@code runtime}: the simulator depends on nothing of ours, as it stands
 * for somebody else's server.
 */
final class EnvironmentReader {

  private final Map<String, String> environment;
  private final List<String> mistakes = new ArrayList<>();
  private final TreeSet<String> known = new TreeSet<>();

  EnvironmentReader(Map<String, String> environment) {
    this.environment = environment;
  }

  SimulatorSettings read() {
    SimulatorSettings defaults = SimulatorSettings.defaults();
    SimulatorSettings settings =
        new SimulatorSettings(
            read("HTTP", defaults.http(), "host:port, like 127.0.0.1:8090", this::address),
            read("ACCOUNTS", defaults.clients(), "client ids with commas between", this::clients),
            read("ORDERS", defaults.orders(), "a whole number of 0 or more", this::count),
            read("SEED", defaults.seed(), "a whole number", Long::valueOf),
            limits(defaults.limits()),
            weather(),
            read("CHANGES_PER_MINUTE", 0.0, "a number from 0 to 60000", this::rate),
            tokens(defaults.tokens()),
            read("STATE", defaults.state(), "a directory", t -> Optional.of(Path.of(t))));
    for (String name : environment.keySet()) {
      if (name.startsWith("SIMULATOR_") && !known.contains(name)) {
        mistakes.add(name + " is not known; known are " + String.join(", ", known));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), mistakes));
    }
    return settings;
  }

  private Limits limits(Limits defaults) {
    return new Limits(
        read("REQUESTS_PER_MINUTE", defaults.perWindow(), "0 (unlimited) or more", this::count),
        read("REQUESTS_PER_SECOND", defaults.perSecond(), "0 (unlimited) or more", this::count),
        read("QUOTA_WINDOW", defaults.window(), "a duration above zero, like PT1M", this::some));
  }

  private Weather weather() {
    String shares = "calm, rough, or shares like errors=0.01,drops=0.01,garbage=0.01,slow=0.01";
    Weather weather = read("WEATHER", Weather.calm(), shares, this::shares);
    return weather.withLatency(
        read("LATENCY", Weather.REAL_LATENCY, "a duration like PT0.27S, or real", this::latency));
  }

  private TokenLife tokens(TokenLife defaults) {
    return new TokenLife(
        read("ACCESS_TOKEN_LIFE", defaults.access(), "a duration like PT4H", this::some),
        read("REFRESH_TOKEN_LIFE", defaults.refresh(), "a duration like P1D", this::some));
  }

  private <T> T read(String suffix, T otherwise, String right, Function<String, T> parser) {
    String name = "SIMULATOR_" + suffix;
    known.add(name);
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    try {
      return parser.apply(value.strip());
    } catch (IllegalArgumentException | DateTimeParseException e) {
      mistakes.add("%s=%s is wrong; give %s".formatted(name, value, right));
      return otherwise;
    }
  }

  private InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(text);
    }
    InetSocketAddress address =
        new InetSocketAddress(
            text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(text);
    }
    return address;
  }

  private List<Client> clients(String text) {
    List<Client> clients = new ArrayList<>();
    for (String id : text.split(",", -1)) {
      if (id.isBlank() || clients.contains(Client.named(id.strip()))) {
        throw new IllegalArgumentException(text);
      }
      clients.add(Client.named(id.strip()));
    }
    return clients;
  }

  private int count(String text) {
    int count = Integer.parseInt(text);
    if (count < 0) {
      throw new IllegalArgumentException(text);
    }
    return count;
  }

  private double rate(String text) {
    double rate = Double.parseDouble(text);
    if (!(rate >= 0 && rate <= 60_000)) {
      throw new IllegalArgumentException(text);
    }
    return rate;
  }

  private Duration some(String text) {
    Duration duration = Duration.parse(text);
    if (duration.toMillis() <= 0) {
      throw new IllegalArgumentException(text);
    }
    return duration;
  }

  private Duration latency(String text) {
    Duration latency = text.equals("real") ? Weather.REAL_LATENCY : Duration.parse(text);
    if (latency.isNegative()) {
      throw new IllegalArgumentException(text);
    }
    return latency;
  }

  private Weather shares(String text) {
    if (text.equals("calm")) {
      return Weather.calm();
    }
    if (text.equals("rough")) {
      return Weather.rough();
    }
    double[] shares = new double[4];
    List<String> names = List.of("errors", "drops", "garbage", "slow");
    for (String share : text.split(",", -1)) {
      String[] parts = share.strip().split("=", 2);
      int index = names.indexOf(parts[0]);
      if (index < 0 || parts.length < 2) {
        throw new IllegalArgumentException(share);
      }
      shares[index] = Double.parseDouble(parts[1]);
    }
    return new Weather(Duration.ZERO, shares[0], shares[1], shares[2], shares[3]);
  }
}
