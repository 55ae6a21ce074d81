package dev.ordem.producer;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunState.Module;
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

  private final UUID runId;
  private final RunBook book;
  private final PageReader tiny;
  private final Reading reading;
  private final int partitions;
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
    this.partitions = source.partitions();
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
      Optional<RunState> run = book.get(runId).filter(this::mine);
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
    boolean begun =
        book.change(
            runId, run -> Runs.toRead(run) ? Optional.of(Change.to(begun(run))) : Optional.empty());
    Optional<RunState> run = book.get(runId).filter(this::mine);
    if (!begun || run.isEmpty()) {
      return false;
    }
    passes = plan(run.get());
    LOG.info("run {} of {} reads: {}", runId, run.get().account(), run.get().mode().text());
    return true;
  }

  private RunState begun(RunState run) {
    Instant now = clock.instant();
    Draft draft = Draft.of(run).running(now);
    if (run.mode() == Mode.AUTO) {
      Optional<Mode> decided = book.history(run.account()).auto(reading.fresh(), now);
      if (decided.isEmpty()) {
        Module nothing = new Module(Module.Status.SKIPPED, 0, 0L, null);
        draft.headers(nothing).details(nothing).store(nothing);
        return draft.ended(RunStatus.COMPLETE, null, now).at(now);
      }
      draft.mode(decided.get());
    }
    if (run.cursor() == null) {
      draft.cursor(new Cursor(0, 0, null, false));
    }
    Module.Status details =
        run.request().headersOnly() ? Module.Status.SKIPPED : run.details().status();
    return draft
        .headers(new Module(Module.Status.RUNNING, run.headers().done(), run.headers().total(), null))
        .details(new Module(details, run.details().done(), run.details().total(), null))
        .at(now);
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
      go(now, ok.value());
    } else if (answer instanceof Answer.Later<HeaderPage> later) {
      pause(Duration.between(clock.instant(), later.until()));
    } else if (answer instanceof Answer.Failed<HeaderPage> error) {
      failed(error.error());
    } else if (answer instanceof Answer.Rejected<HeaderPage> error) {
      giveUp(error.error().message());
    } else if (answer instanceof Answer.NotFound<HeaderPage> none) {
      giveUp("Tiny has no such list: " + none.message() + ". Check TINY_API_URL.");
    }
  }

  private void go(Pass now, HeaderPage page) {
    PageRecords records = new PageRecords(page);
    Pages pages = new Pages(now.order(), reading.pageSize(), now.floor());
    Step step = pages.after(position, records.rows());
    if (step instanceof Step.Go go) {
      if (!go.fresh().isEmpty() || !page.unreadable().isEmpty()) {
        write(records, go.fresh(), new Cursor(pass, go.next().offset(), go.next().lastId(), false));
      }
      position = go.next();
    } else if (step instanceof Step.End end) {
      write(records, end.fresh(), new Cursor(pass + 1, 0, null, false));
    } else if (step instanceof Step.GiveUp lost) {
      giveUp(lost.why());
    }
  }

  private void write(PageRecords page, List<Long> fresh, Cursor next) {
    Instant now = clock.instant();
    book.change(
        runId,
        run -> mine(run) ? Optional.of(written(run, page, fresh, next, now)) : Optional.empty());
  }

  private Change written(
      RunState run, PageRecords page, List<Long> fresh, Cursor next, Instant now) {
    Long max = run.request().max();
    long left = max == null ? Long.MAX_VALUE : max - run.headers().done();
    PageRecords.Written written = page.write(run, fresh, left, now);
    long done = run.headers().done() + written.headers();
    Cursor before = Objects.requireNonNull(run.cursor());
    boolean full = max != null && done >= max;
    Cursor cursor =
        new Cursor(
            full ? passes.size() : next.pass(),
            full ? 0 : next.offset(),
            full ? null : next.lastId(),
            false,
            highest(before, fresh),
            added(before.unreadable(), written.unreadable()),
            null);
    Module headers = new Module(Module.Status.RUNNING, done, total(run, page), null);
    return new Change(Draft.of(run).cursor(cursor).headers(headers).at(now), written.records());
  }

  /** Only the first query of a run can be the one that reads everything new. */
  private static @Nullable Long highest(Cursor before, List<Long> fresh) {
    if (before.pass() > 0 || fresh.isEmpty()) {
      return before.highestId();
    }
    long here = fresh.stream().max(Long::compare).orElseThrow();
    return before.highestId() == null ? here : Math.max(before.highestId(), here);
  }

  private static @Nullable Long added(@Nullable Long before, int more) {
    long sum = (before == null ? 0 : before) + more;
    return sum == 0 ? null : sum;
  }

  private @Nullable Long total(RunState run, PageRecords page) {
    Long all = passes.size() == 1 ? page.rows().total() : null;
    Long max = run.request().max();
    return all == null || max == null ? all : Long.valueOf(Math.min(all, max));
  }

  private void failed(TinyError error) throws InterruptedException {
    failed++;
    if (failed >= reading.attempts()) {
      giveUp("after " + failed + " attempts: " + error.message());
      return;
    }
    Duration wait = reading.backoff(failed);
    LOG.warn("run {}: attempt {} failed, next in {}: {}", runId, failed, wait, error.message());
    pause(wait);
  }

  private void pause(Duration time) throws InterruptedException {
    if (time.toMillis() > 0) {
      boolean told = stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
      LOG.debug("run {} waited {}, told to stop: {}", runId, time, told);
    }
  }

  private void end() {
    Instant now = clock.instant();
    book.change(
        runId,
        run -> {
          if (!mine(run)) {
            return Optional.empty();
          }
          long done = run.headers().done();
          Cursor cursor = Objects.requireNonNull(run.cursor());
          Module headers = Outcome.headers(done, cursor.unreadable());
          return Optional.of(marked(run, cursor, true, headers, now));
        });
    LOG.info("run {}: headers are read", runId);
  }

  /** What was read is still completed; a run that read nothing has nothing to complete. */
  private void giveUp(String why) {
    LOG.warn("run {}: headers are given up: {}", runId, why);
    Instant now = clock.instant();
    book.change(runId, run -> mine(run) ? Optional.of(givenUp(run, why, now)) : Optional.empty());
  }

  private Change givenUp(RunState run, String why, Instant now) {
    Cursor cursor = Objects.requireNonNull(run.cursor());
    Module before = run.headers();
    Module headers = new Module(Module.Status.FAILED, before.done(), before.total(), why);
    if (before.done() > 0) {
      return marked(run, cursor, false, headers, now);
    }
    Draft draft = Draft.of(run).headers(headers);
    return Change.to(draft.ended(RunStatus.FAILED, "headers: " + why, now).at(now));
  }

  private Change marked(
      RunState run, Cursor cursor, boolean ended, Module headers, Instant now) {
    Cursor marked =
        new Cursor(
            cursor.pass(),
            cursor.offset(),
            cursor.lastId(),
            ended,
            cursor.highestId(),
            cursor.unreadable(),
            now);
    HeaderEvent.EndOfHeaders end =
        new HeaderEvent.EndOfHeaders(run.account(), runId, run.mode(), now);
    return new Change(
        Draft.of(run).cursor(marked).headers(headers).at(now), Runs.markers(end, partitions));
  }

  private boolean mine(RunState run) {
    return run.status() == RunStatus.RUNNING && Runs.toRead(run);
  }

  /**
   * What every reader of this process shares.
   *
   * @param partitions of {@code os-headers}
   */
  record Source(PageReader tiny, Reading reading, int partitions, Clock clock) {}
}
