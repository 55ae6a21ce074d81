package dev.ordem.sink;

import dev.ordem.runtime.ServiceProcess;

/** The sink as a process of its own. */
public final class SinkMain {
  private static final int PORT = 8082;

  private SinkMain() {}

  /** Runs until a signal; exits with 0, 1 if it could not start or go on, 2 for bad variables. */
  public static void main(String[] arguments) throws InterruptedException {
    System.exit(ServiceProcess.run(System.getenv(), PORT, SinkService::new, System.err));
  }
}
