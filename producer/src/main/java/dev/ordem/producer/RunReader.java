package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunStatus;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.TinyError;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the headers of one run, from its cursor to its end.
 *
 * <p>Used by one thread; {@link #stop} may come from any. A run that is cancelled, or read by
 * another producer since, writes nothing any more, because {@link RunBook#change} asks before each
 * write.
 */
final class RunReader {
  private static final Logger LOG = LoggerFactory.getLogger(RunReader.class);

  private static final long LEAST_PAUSE_MILLIS = 20;

  private final UUID runId;
  private final RunBook book;
  private final PageReader tiny;
  private final Reading reading;
  private final ReadStates states;
  private final Clock clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private List<Pass> passes = List.of();
  private int pass = -1;
  private Position position = Position.START;
  private int failed;

  RunReader(RunBook book, Source source, UUID runId) {
    this.runId = runId;
    this.book = book;
    this.tiny = source.tiny();
    this.reading = source.reading();
    this.states = new ReadStates(source.partitions());
    this.clock = source.clock();
  }

  /** Returns soon, leaving the run where it is. */
  void stop() {
    stopped.countDown();
  }

  /**
   * Returns when the headers are over, the run has ended, or it was told to stop.
   *
   * @throws Transactions.Broken if nothing can be written any more
   */
  void run() throws InterruptedException {
    if (!begin()) {
      return;
    }
    while (stopped.getCount() > 0) {
      Optional<RunState> run = book.get(runId).filter(RunReader::mine);
      if (run.isEmpty()) {
        return;
      }
      Cursor cursor = Objects.requireNonNull(run.get().cursor());
      if (cursor.pass() >= passes.size()) {
        end();
        return;
      }
      readPage(run.get(), cursor);
    }
  }

  private boolean begin() {
    Instant now = clock.instant();
    boolean begun =
        book.change(
            runId,
            run -> {
              Optional<Mode> auto = book.history(run.account()).auto(reading.fresh(), now);
              return Runs.toRead(run)
                  ? Optional.of(Change.to(states.begun(run, auto, now)))
                  : Optional.empty();
            });
    Optional<RunState> run = book.get(runId).filter(RunReader::mine);
    if (!begun || run.isEmpty()) {
      return false;
    }
    passes = plan(run.get());
    LOG.info("run {} of {} reads: {}", runId, run.get().account(), run.get().mode().text());
    return true;
  }

  private List<Pass> plan(RunState run) {
    Instant started = Objects.requireNonNull(run.startedAt());
    LocalDate startedOn = started.atZone(reading.zone()).toLocalDate();
    @Nullable Long knownId = book.history(run.account()).knownId().orElse(null);
    return Plan.of(run.request(), run.mode(), knownId, startedOn, reading.lookbackDays());
  }

  private void readPage(RunState run, Cursor cursor) throws InterruptedException {
    if (cursor.pass() != pass) {
      pass = cursor.pass();
      position = Position.at(cursor.offset(), cursor.lastId());
    }
    Pass now = passes.get(pass);
    Answer<HeaderPage> answer =
        tiny.read(run.account(), now.page(reading.pageSize(), position.offset()));
    if (answer instanceof Answer.Ok<HeaderPage> ok) {
      failed = 0;
      go(now, new PageRecords(ok.value(), ok.at().answered()));
    } else if (answer instanceof Answer.Later<HeaderPage> later) {
      tellWaiting(run, later.reason());
      pause(Duration.between(clock.instant(), later.until()));
    } else if (answer instanceof Answer.Failed<HeaderPage> error) {
      failed(run, error.error());
    } else if (answer instanceof Answer.Rejected<HeaderPage> error) {
      giveUp(error.error().message());
    } else if (answer instanceof Answer.NotFound<HeaderPage> none) {
      giveUp("Tiny has no such list: " + none.message() + ". Check TINY_API_URL.");
    }
  }

  private void go(Pass now, PageRecords records) {
    Pages pages = new Pages(now.order(), reading.pageSize(), now.floor());
    Step step = pages.after(position, records.rows());
    if (step instanceof Step.Go go) {
      boolean onward = go.next().offset() > position.offset();
      if (!go.fresh().isEmpty() || (onward && records.rows().nameless() > 0)) {
        write(records, go.fresh(), pass, go.next());
      }
      position = go.next();
    } else if (step instanceof Step.End end) {
      write(records, end.fresh(), pass + 1, Position.START);
    } else if (step instanceof Step.GiveUp lost) {
      giveUp(lost.why());
    }
  }

  private void write(PageRecords page, List<Long> fresh, int nextPass, Position next) {
    change((run, now) -> written(run, page, fresh, new Goal(nextPass, next), now));
  }

  private Change written(RunState run, PageRecords page, List<Long> fresh, Goal goal, Instant now) {
    Long max = run.request().max();
    long left = max == null ? Long.MAX_VALUE : max - run.headers().done();
    PageRecords.Written written = page.write(run, fresh, left);
    boolean enough = written.headers() >= left;
    Cursor cursor =
        Cursors.moved(
            Objects.requireNonNull(run.cursor()),
            enough ? passes.size() : goal.pass(),
            enough ? Position.START : goal.position(),
            fresh,
            written.unreadable());
    RunState state = states.page(run, cursor, written.headers(), total(run, page), now);
    return new Change(state, written.records());
  }

  private @Nullable Long total(RunState run, PageRecords page) {
    Long all = passes.size() == 1 ? page.rows().total() : null;
    Long max = run.request().max();
    return all == null || max == null ? all : Long.valueOf(Math.min(all, max));
  }

  /** Waiting for the quota is how it goes; any other reason is told to whoever watches the run. */
  private void tellWaiting(RunState run, String reason) {
    String why =
        switch (reason) {
          case "quota" -> null;
          case "authorisation" -> "account " + run.account() + " must be connected again";
          case "account" -> "Tiny forbids account " + run.account() + " this call (403)";
          default -> "Tiny cannot be reached (" + reason + ")";
        };
    if (why != null && run.headers().error() == null) {
      change((state, now) -> states.waiting(state, "waiting: " + why, now));
    }
  }

  private void failed(RunState run, TinyError error) throws InterruptedException {
    failed++;
    if (failed >= reading.attempts()) {
      giveUp("after " + failed + " attempts: " + error.message());
      return;
    }
    Duration wait = reading.backoff(failed);
    LOG.warn("run {}: attempt {} failed, next in {}: {}", runId, failed, wait, error.message());
    if (!error.message().equals(run.headers().error())) {
      change((state, now) -> states.waiting(state, error.message(), now));
    }
    pause(wait);
  }

  /** Waits, but never not at all: an answer that says <em>now</em> must not make a busy loop. */
  private void pause(Duration time) throws InterruptedException {
    long millis = Math.max(time.toMillis(), LEAST_PAUSE_MILLIS);
    boolean told = stopped.await(millis, TimeUnit.MILLISECONDS);
    LOG.debug("run {} waited {} ms, told to stop: {}", runId, millis, told);
  }

  private void end() {
    change(states::ended);
    LOG.info("run {}: headers are read", runId);
  }

  /**
   * Ends the headers early. What was read is still completed; a run that read nothing has nothing
   * to complete.
   *
   * @return whether the run was this reader's to end
   */
  boolean giveUp(String why) {
    LOG.warn("run {}: headers are given up: {}", runId, why);
    return change((run, now) -> states.givenUp(run, why, now));
  }

  private boolean change(BiFunction<RunState, Instant, Change> decide) {
    Instant now = clock.instant();
    return book.change(
        runId, run -> mine(run) ? Optional.of(decide.apply(run, now)) : Optional.empty());
  }

  private static boolean mine(RunState run) {
    return run.status() == RunStatus.RUNNING && Runs.toRead(run);
  }

  private record Goal(int pass, Position position) {}

  /**
   * What every reader of this process shares.
   *
   * @param partitions of {@code os-headers}
   */
  record Source(PageReader tiny, Reading reading, int partitions, Clock clock) {}
}
