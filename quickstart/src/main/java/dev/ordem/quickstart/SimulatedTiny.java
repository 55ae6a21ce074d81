package dev.ordem.quickstart;

import dev.ordem.runtime.StartException;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.util.Map;

/** The Tiny account that {@code up} makes up when it is given none. */
final class SimulatedTiny implements AutoCloseable {
  private final SimulatorSettings settings;
  private final TinySimulator simulator;
  private final Map<String, String> variables;

  private SimulatedTiny(
      SimulatorSettings settings, TinySimulator simulator, Map<String, String> variables) {
    this.settings = settings;
    this.simulator = simulator;
    this.variables = variables;
  }

  /** Settings from {@code SIMULATOR_*}; the port of last time if it is free. Nothing is started. */
  static SimulatedTiny in(Home home, Map<String, String> variables) throws StartException {
    int port = home.ports().remembered("tiny");
    SimulatorSettings settings;
    try {
      settings = SimulatorSettings.fromEnvironment(variables).withPort(port);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(2, String.valueOf(e.getMessage()), e);
    }
    SimulatorSettings.Client client = settings.clients().get(0);
    String root = "http://127.0.0.1:" + port;
    TinySimulator simulator = new TinySimulator(settings);
    return new SimulatedTiny(
        settings,
        simulator,
        Map.of(
            "TINY_API_URL", root + "/public-api/v3",
            "TINY_AUTH_URL", root + "/realms/tiny/protocol/openid-connect",
            "TINY_CLIENT_ID", client.id(),
            "TINY_CLIENT_SECRET", client.secret(),
            "TINY_REFRESH_TOKEN", client.refreshToken()));
  }

  /** What the services need to reach it. */
  Map<String, String> variables() {
    return variables;
  }

  void start() {
    simulator.start();
  }

  String description() {
    SimulatorSettings.Limits limits = settings.limits();
    return "Simulated Tiny account ready: %,d orders%s. Give TINY_CLIENT_ID and the like for a real one."
        .formatted(
            settings.orders(),
            limits.perWindow() == 0 ? "" : ", " + limits.perWindow() + " requests a minute");
  }

  @Override
  public void close() {
    simulator.close();
  }
}
