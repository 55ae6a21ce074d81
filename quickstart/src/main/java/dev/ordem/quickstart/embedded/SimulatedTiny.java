package dev.ordem.quickstart.embedded;

import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.runtime.StartException;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The Tiny account that {@code up} makes up when it is given none. It is alive: orders change while
 * the pipeline runs, and keep what happened to them in {@code .ordem/simulator}.
 */
public final class SimulatedTiny implements AutoCloseable {
  private static final String ORDERS = "200";
  private static final String CHANGES_PER_MINUTE = "20";

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
  public static SimulatedTiny in(HomeDirectory home, Map<String, String> variables)
      throws StartException {
    int port = home.ports().remembered("tiny");
    SimulatorSettings settings = settings(home.path(), variables).withPort(port);
    SimulatorSettings.Client client = settings.clients().get(0);
    String root = "http://127.0.0.1:" + port;
    TinySimulator simulator = new TinySimulator(settings);
    return new SimulatedTiny(
        settings,
        simulator,
        Map.of(
            "TINY_API_IDENTITY",
            StoreIdentity.SIMULATED, // whatever its port
            "TINY_API_URL",
            root + "/public-api/v3",
            "TINY_AUTH_URL",
            root + "/realms/tiny/protocol/openid-connect",
            "TINY_CLIENT_ID",
            client.id(),
            "TINY_CLIENT_SECRET",
            client.secret(),
            "TINY_REFRESH_TOKEN",
            client.refreshToken()));
  }

  /**
   * As it would be in this directory; does no I/O.
   *
   * @throws CommandFailure if a variable is wrong
   */
  public static SimulatorSettings settings(Path home, Map<String, String> variables) {
    try {
      Map<String, String> lively = new HashMap<>(variables);
      lively.putIfAbsent("SIMULATOR_ORDERS", ORDERS);
      lively.putIfAbsent("SIMULATOR_CHANGES_PER_MINUTE", CHANGES_PER_MINUTE);
      lively.putIfAbsent("SIMULATOR_STATE", home.resolve("simulator").toString());
      return SimulatorSettings.fromEnvironment(lively);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(CommandFailure.WRONG_USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** What the services need to reach it. */
  public Map<String, String> variables() {
    return variables;
  }

  /**
   * Begins to listen and to live.
   *
   * @throws StartException if its port was taken, or its state is of another account
   */
  public void start() throws StartException {
    try {
      simulator.start();
    } catch (UncheckedIOException | IllegalStateException e) {
      throw new StartException("The simulated Tiny account: " + e.getMessage(), e);
    }
  }

  public String description() {
    SimulatorSettings.Limits limits = settings.limits();
    return "Simulated Tiny account ready: %,d orders%s. Give TINY_CLIENT_ID and the like for a real one."
        .formatted(
            settings.orders(),
            limits.perWindow() == 0
                ? ", requests without limit"
                : ", " + limits.perWindow() + " requests a minute");
  }

  @Override
  public void close() {
    simulator.close();
  }
}
