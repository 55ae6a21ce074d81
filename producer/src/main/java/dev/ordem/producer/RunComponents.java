package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.api.AuditMeters;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWatch;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.MissingDetails;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.reading.ReadingRules;
import dev.ordem.producer.reading.RunReader;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunLeases;
import dev.ordem.producer.runs.RunMaintenance;
import dev.ordem.producer.runs.RunNotifications;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that carries out runs, and the loops that drive it. */
final class RunComponents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunComponents.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration STUCK_AFTER = Duration.ofHours(1);
  private static final Duration COUNTING = Duration.ofSeconds(5);
  private static final int COUNTS_BETWEEN_STEPS = 12;

  private final DataSource database;
  private final HeaderWriter writer;
  private final RunDispatcher dispatcher;
  private final RunMaintenance upkeep;
  private final GenerationWatch generations;
  private final List<Loop> loops;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable AuditMeters audits;

  /** Does no I/O. */
  RunComponents(Outside outside, Rules rules, RunWorker.Judging judge, HeaderWriter writer) {
    this.writer = writer;
    this.database = outside.database();
    KafkaClients kafka = outside.kafka();
    Baselines baselines =
        new Baselines(
            database,
            new Baselines.Clients(kafka::admin, kafka::consumer),
            writer::write,
            outside.clock());
    RunBook book = new RunBook(database);
    RunReader.Source source =
        new RunReader.Source(
            outside.tiny(),
            rules.reading(),
            book,
            new UnreadableHeaders(database),
            new MissingDetails(book),
            writer,
            outside.clock());
    this.dispatcher =
        new RunDispatcher(
            new RunLeases(outside.leases(), UUID.randomUUID(), rules.lease()),
            new RunWorker(source, baselines, judge),
            rules.rhythm());
    this.upkeep = new RunMaintenance(database, rules.retention(), STUCK_AFTER, System::nanoTime);
    this.generations = new GenerationWatch(baselines, outside.accounts(), System::nanoTime);
    RunNotifications notices = new RunNotifications(outside.leases(), dispatcher::wake);
    this.loops =
        List.of(
            new Loop("run-leases", PATIENCE, dispatcher::renew),
            new Loop("run-claims", PATIENCE, dispatcher::claim),
            new Loop("run-notices", PATIENCE, notices::run),
            new Loop("run-upkeep", PATIENCE, this::lookAfter),
            new Loop("generations", PATIENCE, generations::run));
  }

  /**
   * What is outside.
   *
   * @param database for everything that may take its time
   * @param leases for what may not: claims, leases, notices
   * @param accounts names of all accounts
   */
  record Outside(
      DataSource database,
      DataSource leases,
      KafkaClients kafka,
      PageReader tiny,
      Supplier<List<String>> accounts,
      Clock clock) {}

  /**
   * By what runs are carried out.
   *
   * @param retention how long ended runs are kept
   */
  record Rules(
      ReadingRules reading, Duration lease, RunDispatcher.Rhythm rhythm, Duration retention) {
    /** A run is taken over within ten seconds of its producer's death: a lease, and a poll. */
    static Rules of(ReadingRules reading, Duration retention) {
      return new Rules(reading, Duration.ofSeconds(8), RunDispatcher.Rhythm.NORMAL, retention);
    }
  }

  void start() {
    loops.forEach(Loop::start);
  }

  Health health() {
    Health all = dispatcher.health().and(generations.health());
    for (Loop loop : loops) {
      all = all.and(loop.health());
    }
    return all;
  }

  /** Whether the ledger was told what Postgres knows of an account. */
  boolean isBased(String account) {
    return generations.isPresent(account);
  }

  /** Counts runs, and what the auditor found, for dashboards. */
  void measure(MeterRegistry meters) {
    audits = new AuditMeters(database, meters);
    for (Mode mode : Mode.values()) {
      for (RunStatus status : RunStatus.values()) {
        Gauge.builder("ordem.run.state", () -> upkeep.runs(mode, status))
            .description("Accounts whose newest run of that mode is in that state")
            .tags("mode", mode.text(), "status", status.toString())
            .register(meters);
      }
    }
    Gauge.builder("ordem.run.stuck", upkeep, RunMaintenance::stuck)
        .description("Runs that have not moved for an hour")
        .register(meters);
  }

  @Override
  public void close() {
    List<Loop> backwards = new ArrayList<>(loops);
    java.util.Collections.reverse(backwards);
    backwards.forEach(Loop::stop);
    stopped.countDown();
    dispatcher.wake();
    dispatcher.close();
    backwards.forEach(Loop::close);
    writer.close();
  }

  private void lookAfter(BooleanSupplier running) throws InterruptedException {
    for (int turn = 0; running.getAsBoolean(); turn++) {
      try {
        upkeep.count();
        if (turn % COUNTS_BETWEEN_STEPS == 0) {
          AuditMeters shown = audits;
          if (shown != null) {
            shown.publish();
          }
          upkeep.findStuck();
          int old = upkeep.forgetOld();
          int over = upkeep.forgetWhatIsOver();
          LOG.debug("{} runs are to be forgotten, {} repairs and generations are", old, over);
          int again = upkeep.cancelAgain();
          LOG.debug("of {} cancelled runs the ledger is told again", again);
        }
      } catch (SQLException e) {
        LOG.debug("runs cannot be counted at the moment", e);
      }
      if (stopped.await(COUNTING.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }
}
