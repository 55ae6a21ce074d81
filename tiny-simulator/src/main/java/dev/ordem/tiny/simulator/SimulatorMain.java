package dev.ordem.tiny.simulator;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The simulator as a process of its own, configured by the environment, stopped by a signal. */
public final class SimulatorMain {
  /** Whether this process is nothing but a simulator. */
  private static volatile boolean alone;

  private SimulatorMain() {}

  /**
   * Exits with 2 when a variable is wrong, with 1 when the address is taken or the state is not
   * usable.
   */
  public static void main(String[] arguments) throws InterruptedException {
    int code = run(System.getenv(), System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
    alone = true;
    new CountDownLatch(1).await();
  }

  /** A signal that stops it in order is no failure. */
  private static void stop(TinySimulator simulator) {
    simulator.close();
    if (alone) {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Starts a simulator that ends with the JVM, and returns 0, or the exit code of the failure. */
  static int run(Map<String, String> environment, PrintStream out, PrintStream err) {
    try {
      TinySimulator simulator =
          new TinySimulator(SimulatorSettings.fromEnvironment(environment)).start();
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(simulator), "tiny-simulator-stop"));
      out.println("TINY_API_URL=" + simulator.apiUrl());
      out.println("TINY_AUTH_URL=" + simulator.authUrl());
      for (SimulatedAccount account : simulator.accounts()) {
        out.println("account " + account.clientId() + ": " + account.orderIds().size() + " orders");
      }
      out.flush();
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    } catch (UncheckedIOException | IllegalStateException e) {
      err.println(e.getMessage());
      return 1;
    }
  }
}
