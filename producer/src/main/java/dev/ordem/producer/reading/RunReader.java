package dev.ordem.producer.reading;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.producer.paging.ListCensus;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.paging.Stage;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.tiny.order.HeaderQuery;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the headers of one run, from its cursor to its end, and writes the markers behind them.
 *
 * <p>Used by one thread at a time, which it does not keep while it rests. Every page asks the run's
 * row first and ends with a write to it that only the holder of the lease can make; so a run that
 * was cancelled makes no further call, and one that another producer took over is not moved on by
 * this one.
 */
public final class RunReader {
  private static final Logger LOG = LoggerFactory.getLogger(RunReader.class);
  private static final String NO_MORE = "run {} is not read here any more";

  /** As many may be created while lists are read. */
  private static final int NEWEST = 100;

  private final Source source;
  private final LocalLease holding;
  private final HeldRun held;
  private @Nullable Lists lists;

  public RunReader(Source source, LocalLease holding) {
    this.source = source;
    this.holding = holding;
    this.held = holding.run();
  }

  /**
   * Returns when the headers are over, the run has ended, or it is not this reader's any more; or
   * when nothing can be read for a while.
   *
   * @param generation of the account, which has begun
   * @return after which time to {@link #goOn}; empty: it is over
   * @throws org.apache.kafka.common.KafkaException if nothing can be written at the moment
   */
  public Optional<Duration> read(RunEntry row, UUID generation)
      throws InterruptedException, SQLException {
    try {
      lists = begin(row, generation).map(Lists::new).orElse(null);
    } catch (ReadingStopped e) {
      LOG.info(NO_MORE, held.id());
    }
    return goOn();
  }

  /** The same after a rest: it goes on where it stood, with all that it knew. */
  public Optional<Duration> goOn() throws InterruptedException, SQLException {
    Lists begun = lists;
    try {
      if (begun != null) {
        begun.read();
      }
    } catch (PageCalls.Rest e) {
      return Optional.of(e.time());
    } catch (ReadingStopped e) {
      LOG.info(NO_MORE, held.id());
    }
    return Optional.empty();
  }

  private Optional<RunEntry> begin(RunEntry row, UUID generation) throws SQLException {
    boolean headersOnly = row.request().headersOnly();
    Mode mode = row.mode();
    if (mode == Mode.AUTO) {
      // That nothing is to be read does not say that all of it is there: it is judged all the same.
      mode =
          source.book().auto(held.account(), headersOnly, source.rules().fresh()).orElse(Mode.AUTO);
    }
    boolean goesOn = row.cursor() != null && generation.equals(row.generation());
    Cursor cursor = goesOn ? Objects.requireNonNull(row.cursor()) : Cursor.START;
    ours(
        source
            .book()
            .begin(
                held,
                new RunBook.Beginning(
                    mode,
                    generation,
                    cursor,
                    headersOnly,
                    goesOn ? row.headers() : 0,
                    mode.whole() ? cursor.total() : null,
                    goesOn)));
    LOG.info("run {} of {} reads: {}", held.id(), held.account(), mode.text());
    return source.book().row(held);
  }

  /** The lists of the run's plan, and how far they are read. */
  private final class Lists {
    private final RunEntry run;
    private final PageWriter writer;
    private final PageCalls calls;
    private @Nullable Plan plan;
    private @Nullable PassReader pass;
    private boolean begun;
    private Optional<ListCensus> before = Optional.empty();

    Lists(RunEntry run) {
      this.run = run;
      this.writer = new PageWriter(source, run, holding, Objects.requireNonNull(run.cursor()));
      this.calls = new PageCalls(source, run, holding);
    }

    void read() throws InterruptedException, SQLException {
      try {
        readAll();
      } catch (ReadingGivenUp e) {
        giveUp(run, writer, e.why());
      } catch (KafkaException | ReadingStopped | PageCalls.Rest e) {
        throw e;
      } catch (RuntimeException e) {
        LOG.error("reading run {} failed in a way nobody thought of", held.id(), e);
        giveUp(run, writer, "a fault of Ordem: " + e);
      }
    }

    private void readAll() throws InterruptedException, SQLException {
      Plan all = plan == null ? plan(run, null) : plan;
      plan = all;
      if (!begun && run.mode() == Mode.RECONCILE && writer.cursor().equals(Cursor.START)) {
        before = rows(calls.next(ListCensus.newest(1))).flatMap(ListCensus::of);
      }
      begun = true;
      for (Optional<Stage> stage = next(all, writer);
          stage.isPresent();
          stage = next(all, writer)) {
        if (stage.get() instanceof Stage.Read list) {
          OptionalLong belowFloor = read(list);
          if (belowFloor.isPresent()) {
            LOG.info("run {}: the newest order is gone; it reads further down", held.id());
            all = plan(run, belowFloor.getAsLong());
            plan = all;
          }
        } else if (stage.get() instanceof Stage.Judge) {
          writer.judged(all.end());
        } else {
          count(calls, writer, before, all.end());
        }
      }
      new EndOfHeadersWriter(source, run).end(writer);
    }

    /** The one that a rest interrupted is read on. */
    private OptionalLong read(Stage.Read list) throws InterruptedException, SQLException {
      PassReader reader =
          pass == null
              ? new PassReader(
                  new PassReader.Calls(calls::next, calls::read, calls::up, calls::down),
                  new PassReader.Writer(writer::cursor, writer::enough, writer::write),
                  source.rules().pageSize(),
                  list.pass())
              : pass;
      pass = reader;
      OptionalLong belowFloor = reader.read();
      pass = null;
      return belowFloor;
    }
  }

  private static Optional<Stage> next(Plan plan, PageWriter writer) {
    return writer.enough() || writer.cursor().ended()
        ? Optional.empty()
        : plan.stage(writer.cursor().pass());
  }

  /**
   * As the run asks for.
   *
   * @param most greatest id that may be taken for known; null: any
   */
  private Plan plan(RunEntry run, @Nullable Long most) throws SQLException {
    Instant started = Objects.requireNonNull(run.startedAt());
    LocalDate startedOn = started.atZone(source.rules().zone()).toLocalDate();
    @Nullable Long knownId = null;
    if (run.mode() == Mode.INCREMENTAL) {
      boolean first = most != null || Cursor.START.equals(run.cursor());
      // Auto asks the ledger itself for all details that runs of headers alone have left.
      boolean headers = run.request().headersOnly() || run.request().mode() == Mode.AUTO;
      knownId = source.book().floor(held, headers, first, most).orElse(null);
    }
    try {
      return Plan.of(run.request(), run.mode(), knownId, startedOn, source.rules().lookbackDays());
    } catch (IllegalArgumentException e) {
      throw new ReadingGivenUp(String.valueOf(e.getMessage()));
    }
  }

  /** Whether the lists by status showed every order; else the whole list is read next. */
  private void count(PageCalls calls, PageWriter writer, Optional<ListCensus> before, int end)
      throws InterruptedException, SQLException {
    Optional<PageRows> now = rows(calls.next(ListCensus.newest(1)));
    Cursor cursor = writer.cursor();
    if (before.isPresent() && now.isPresent()) {
      long total = before.get().total();
      long distinct = writer.distinct(before.get().highest());
      long named = cursor.unreadable().count() + cursor.refusedByKafka().size();
      LOG.info("run {}: {} orders in lists by status, of {}", held.id(), distinct, total);
      if (total == distinct + named && stands(before.get(), now.get(), calls)) {
        writer.counted(end, distinct, total);
        return;
      }
    }
    writer.counted(cursor.pass() + 1, 0, now.map(PageRows::total).orElse(null));
  }

  /** One row is enough to see, unless orders were created. */
  private static boolean stands(ListCensus before, PageRows now, PageCalls calls)
      throws InterruptedException, SQLException {
    return before.stands(now)
        || rows(calls.read(ListCensus.newest(NEWEST))).filter(before::stands).isPresent();
  }

  private static Optional<PageRows> rows(PageCalls.Got newest) {
    return newest instanceof PageCalls.Got.Page page
        ? Optional.of(PageRecords.of(page.page(), page.at(), HeaderQuery.Order.DESC).rows())
        : Optional.empty();
  }

  /**
   * Ends the headers early. What was read is still completed; a run that read nothing has nothing
   * to complete.
   */
  private void giveUp(RunEntry run, PageWriter writer, String why)
      throws InterruptedException, SQLException {
    LOG.warn("run {}: headers are given up: {}", held.id(), why);
    Long total = run.mode().whole() ? writer.cursor().total() : null;
    Module headers = writer.module(Module.Status.FAILED, total, why);
    if (writer.done() == 0) {
      ours(source.book().fail(held, headers, "headers: " + why));
      return;
    }
    source
        .kafka()
        .mark(
            new HeaderEvent.EndOfHeaders(
                held.account(),
                held.id(),
                run.mode(),
                source.clock().instant(),
                run.reading(),
                false,
                run.beganAt()));
    ours(source.book().settle(held, writer.cursor(), headers, writer.enough()));
  }

  private static void ours(boolean found) {
    if (!found) {
      throw new ReadingStopped();
    }
  }

  /**
   * What every reader of this process shares.
   *
   * @param missing newest orders without details, by partition, for a run of mode details
   */
  public record Source(
      PageReader tiny,
      ReadingRules rules,
      RunBook book,
      UnreadableHeaders unreadable,
      MissingDetails missing,
      HeaderWriter kafka,
      Clock clock) {}
}
