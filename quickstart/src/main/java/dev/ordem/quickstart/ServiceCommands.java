package dev.ordem.quickstart;

import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorMain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** One service each, in the foreground, configured by the environment. */
final class ServiceCommands {
  private static final int PRODUCER_PORT = 8080;
  private static final int DETAIL_WORKER_PORT = 8081;
  private static final int SINK_PORT = 8082;

  private ServiceCommands() {}

  /** The services in the order in which one process starts them: who is written to comes first. */
  static List<ServiceProcess.Factory> all() {
    return List.of(SinkService::new, DetailWorkerService::new, ProducerService::new);
  }

  private static int run(int port, ServiceProcess.Factory factory) throws InterruptedException {
    return ServiceProcess.run(System.getenv(), port, factory, System.err);
  }

  @Command(
      name = "producer",
      mixinStandardHelpOptions = true,
      description = "Runs the producer: runs, schedule, HTTP API, dashboard (127.0.0.1:8080).")
  static final class Producer implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
      return run(PRODUCER_PORT, ProducerService::new);
    }
  }

  @Command(
      name = "detail-worker",
      mixinStandardHelpOptions = true,
      description = "Runs the detail worker: what each order needs, and fetching it.")
  static final class DetailWorker implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
      return run(DETAIL_WORKER_PORT, DetailWorkerService::new);
    }
  }

  @Command(
      name = "sink",
      mixinStandardHelpOptions = true,
      description = "Runs the sink: topics into Postgres, the outbox to Kafka.")
  static final class Sink implements Callable<Integer> {
    @Override
    public Integer call() throws InterruptedException {
      return run(SINK_PORT, SinkService::new);
    }
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
