package dev.ordem.detail;

import dev.ordem.runtime.ServiceProcess;

/** The detail worker as a process of its own. */
final class DetailWorkerMain {
  private static final int PORT = 8081;

  private DetailWorkerMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.exit(ServiceProcess.run(System.getenv(), PORT, DetailWorkerService::new, System.err));
  }
}
