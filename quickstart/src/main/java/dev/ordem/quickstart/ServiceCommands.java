package dev.ordem.quickstart;

import dev.ordem.runtime.ServiceProcess;
import dev.ordem.tiny.simulator.SimulatorMain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** One service each, in the foreground, configured by the environment. */
final class ServiceCommands {

  private ServiceCommands() {}

  /** The services in the order in which one process starts them: who is written to comes first. */
  static List<ServiceProcess.Factory> all() {
    return List.of();
  }

  @Command(
      name = "simulator",
      mixinStandardHelpOptions = true,
      description = "Runs a simulated Tiny account, configured by SIMULATOR_*.")
  static final class Simulator implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
      SimulatorMain.main(new String[0]);
      return ServiceProcess.DONE;
    }
  }
}
