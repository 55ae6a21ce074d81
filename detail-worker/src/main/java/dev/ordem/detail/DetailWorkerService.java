package dev.ordem.detail;

import dev.ordem.contract.group.ClockWatch;
import dev.ordem.detail.fetch.Fetcher;
import dev.ordem.detail.ledger.Ledger;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.StartException;
import dev.ordem.runtime.Workers;
import io.micrometer.core.instrument.MeterRegistry;

/** Decides what each order needs, and fetches it. */
public final class DetailWorkerService implements Service {
  private static final int CLOSING_THREADS = 2;

  private final Workers closing =
      new Workers("detail-worker-closing", CLOSING_THREADS, ClockWatch.LOOK);
  private final Loop clock;
  private final Ledger ledger;
  private final Fetcher fetcher;

  /** Reads its variables; does no I/O. */
  public DetailWorkerService(Environment environment, MeterRegistry meters) {
    ClockWatch watch = new ClockWatch(close -> closing.execute(close::run));
    clock = Loop.every(ClockWatch.LOOK, "detail-worker-clock", ClockWatch.LOOK, watch::look);
    fetcher = new Fetcher(environment, meters, watch);
    ledger = new Ledger(environment, meters, watch, fetcher::isConnected);
  }

  @Override
  public String name() {
    return "detail-worker";
  }

  @Override
  public void check() throws StartException, InterruptedException {
    ledger.check();
    fetcher.check();
  }

  @Override
  public void start() throws StartException, InterruptedException {
    clock.start();
    ledger.start();
    fetcher.start();
  }

  @Override
  public Health health() {
    return ledger.health().and(fetcher.health()).and(clock.health());
  }

  @Override
  public void close() {
    fetcher.close();
    ledger.close();
    clock.close();
    closing.close();
  }
}
