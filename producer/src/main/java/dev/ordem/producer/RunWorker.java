package dev.ordem.producer;

import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWait;
import dev.ordem.producer.reading.LocalLease;
import dev.ordem.producer.reading.RunReader;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.producer.verdict.Judgement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a held run needs next: markers that are owed first, then its headers, then a look at
 * whether it is over. Thread safe; one thread works on a run at a time.
 */
final class RunWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final String DOUBLE = "23505";

  private final RunReader.Source source;
  private final Baselines baselines;
  private final Judging judge;
  private final OwedMarkers owed;

  RunWorker(RunReader.Source source, Baselines baselines, Judging judge) {
    this.source = source;
    this.baselines = baselines;
    this.judge = judge;
    this.owed = new OwedMarkers(source.book(), source.kafka(), source.clock());
  }

  /** Looks whether a run is over, as {@code Judge} does. */
  @FunctionalInterface
  interface Judging {
    Judgement look(HeldRun run) throws SQLException, InterruptedException;
  }

  /** What is to be done with the run afterwards. */
  sealed interface Next {
    /** Keep it, and work on it again after a while. */
    record Again(Duration time) implements Next {}

    /**
     * Keep it, and have {@code reader} go on after a while, in any thread.
     *
     * @param time none is needed before that
     */
    record Rest(Duration time, RunReader reader) implements Next {}

    /**
     * Let it go.
     *
     * @param notBefore until when nobody need look at it, if it heals
     */
    record Release(Duration notBefore) implements Next {}
  }

  private static final Next RELEASE = new Next.Release(Duration.ZERO);

  /**
   * Works on a run.
   *
   * @throws SQLException if Postgres cannot be asked at the moment
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be written to at the moment
   */
  Next work(LocalLease holding) throws InterruptedException, SQLException {
    HeldRun run = holding.run();
    Optional<RunEntry> row = source.book().row(run);
    if (row.isPresent() && !row.get().owed().isEmpty()) {
      row = owed.pay(row.get()) ? source.book().row(run) : Optional.empty();
    }
    if (holding.reads() && holding.goesOn() && row.filter(RunEntry::beingRead).isPresent()) {
      return read(holding, row.get());
    }
    if (row.isEmpty() || !row.get().owed().isEmpty()) {
      return RELEASE;
    }
    Phase phase = row.get().phase();
    return phase == Phase.SETTLING || phase == Phase.HEALING ? judge(run, phase) : RELEASE;
  }

  private Next read(LocalLease holding, RunEntry row) throws InterruptedException, SQLException {
    Optional<UUID> generation = baselines.ensure(row.run().account(), new Pause(holding));
    if (generation.isEmpty()) {
      return isRead(holding);
    }
    RunReader reader = new RunReader(source, holding);
    return after(holding, reader, reader.read(row, generation.get()));
  }

  /** The reader of a run rested, and goes on. */
  Next goOn(LocalLease holding, RunReader reader) throws InterruptedException, SQLException {
    return after(holding, reader, reader.goOn());
  }

  private static Next after(LocalLease holding, RunReader reader, Optional<Duration> rest) {
    return rest.<Next>map(time -> new Next.Rest(time, reader)).orElseGet(() -> isRead(holding));
  }

  /** Whatever came of it is looked at as if it had just been claimed. */
  private static Next isRead(LocalLease holding) {
    holding.stop();
    return new Next.Again(Duration.ZERO);
  }

  private Next judge(HeldRun run, Phase phase) throws InterruptedException, SQLException {
    Judgement judgement = judge.look(run);
    if (judgement instanceof Judgement.Waits waits) {
      // What is about to be judged again is kept, as its judge remembers what it compared.
      boolean rests = phase == Phase.HEALING && waits.again().compareTo(LATER) >= 0;
      return rests ? new Next.Release(waits.again()) : new Next.Again(waits.again());
    }
    return judgement instanceof Judgement.ReadAgain again && !readAgain(run, again)
        ? new Next.Again(LATER)
        : RELEASE;
  }

  /** False: another run with the same request is to be read first. */
  private boolean readAgain(HeldRun run, Judgement.ReadAgain again) throws SQLException {
    try {
      boolean found = source.book().readAgain(run);
      LOG.info("run {} is read again from the start ({}): {}", run.id(), again.why(), found);
      return true;
    } catch (SQLException e) {
      if (DOUBLE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Waits as long as the run is to be read. */
  private final class Pause implements GenerationWait {
    private final LocalLease holding;

    Pause(LocalLease holding) {
      this.holding = holding;
    }

    @Override
    public void tell(String why) throws SQLException {
      RunBook book = source.book();
      if (!book.waits(holding.run(), why)) {
        holding.stop();
      }
    }

    @Override
    public boolean pause(Duration time) throws InterruptedException {
      return holding.awaitStop(time) || !holding.valid();
    }
  }
}
