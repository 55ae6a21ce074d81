package dev.ordem.producer;

import dev.ordem.runtime.ServiceProcess;

/** The producer as a process of its own. */
public final class ProducerMain {
  private static final int PORT = 8080;

  private ProducerMain() {}

  /** Configured by the environment; the exit code is {@link ServiceProcess#run}'s. */
  public static void main(String[] arguments) throws InterruptedException {
    System.exit(ServiceProcess.run(System.getenv(), PORT, ProducerService::new, System.err));
  }
}
