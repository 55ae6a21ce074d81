package dev.ordem.producer.reading;

import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls Tiny for the pages of one run. When it says <em>later</em>, whoever wants the next page
 * rests, and gives its thread back; whoever is in the midst of looking for something waits. Before
 * each call the run's row is asked whether it is still to be read. Used by one thread at a time.
 */
final class PageCalls {
  private static final Logger LOG = LoggerFactory.getLogger(PageCalls.class);
  private static final Duration LEAST_PAUSE = Duration.ofMillis(20);

  /** Longer than a window: in each the account has something left, unless another takes it all. */
  private static final Duration LONG_FOR_QUOTA = Duration.ofSeconds(90);

  /** Where a person is to do something, who may do it at any moment. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  /** Whatever an answer says: it may have been reckoned before a clock was set. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final HeaderQuery LEAST =
      new HeaderQuery(null, null, null, HeaderQuery.Order.DESC, 1, 0, Priority.PAGE);

  private final PageReader tiny;
  private final RunBook book;
  private final ReadingRules rules;
  private final Clock clock;
  private final RunEntry run;
  private final LocalLease holding;
  private @Nullable Instant answered;
  private @Nullable Instant waitsSince;
  private boolean paced;
  private int failed;
  private @Nullable String waits;

  PageCalls(RunReader.Source source, RunEntry run, LocalLease holding) {
    this.tiny = source.tiny();
    this.book = source.book();
    this.rules = source.rules();
    this.clock = source.clock();
    this.run = run;
    this.holding = holding;
  }

  /** Tiny may not be called for so long; whoever reads goes on then, where it stands. */
  static final class Rest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration time;

    Rest(Duration time) {
      super("nothing can be read for " + time, null, false, false);
      this.time = time;
    }

    Duration time() {
      return time;
    }
  }

  /** What a call came to. */
  sealed interface Got {
    /** A page. */
    record Page(HeaderPage page, Interval at) implements Got {}

    /** This page cannot be served or read; another one may. */
    record Bad(TinyError error) implements Got {}
  }

  /**
   * As {@link #read}, where nothing is lost if it is asked for anew after a rest.
   *
   * @throws Rest if Tiny may not be called now
   */
  Got next(HeaderQuery query) throws InterruptedException, SQLException {
    return read(query, true);
  }

  /**
   * An odd status is asked for again; one that is told of the shortest list, too, is no place's.
   */
  Got read(HeaderQuery query) throws InterruptedException, SQLException {
    return read(query, false);
  }

  private Got read(HeaderQuery query, boolean mayRest) throws InterruptedException, SQLException {
    TinyError odd = null;
    while (true) {
      TinyError error = null;
      Answer<HeaderPage> answer = answer(query, mayRest && odd == null);
      if (answer instanceof Answer.Ok<HeaderPage> ok) {
        return new Got.Page(ok.value(), ok.at());
      } else if (answer instanceof Answer.Failed<HeaderPage> failed) {
        error = failed.error();
      } else if (answer instanceof Answer.Rejected<HeaderPage> rejected) {
        error = rejected.error();
      } else if (answer instanceof Answer.NotFound<HeaderPage> none) {
        error = new TinyError(TinyError.Cause.REFUSED, none.message(), null, 404);
      }
      TinyError wrong = Objects.requireNonNull(error);
      switch (wrong.cause()) {
        case NOT_SENT -> down(wrong.message(), wrong.withoutQuote());
        case SERVER, NOT_JSON, UNREADABLE, TOO_LARGE, TIMEOUT, CONNECTION_LOST -> {
          return new Got.Bad(wrong);
        }
        case REFUSED, UNEXPECTED_STATUS -> {
          if (odd != null && isOfThePlace(wrong)) {
            return new Got.Bad(wrong);
          }
          odd = wrong;
          pause(rules.backoff(1));
        }
      }
    }
  }

  /**
   * Whether the list answers where least is asked for, so that another page may be served although
   * this one is not.
   *
   * @throws ReadingGivenUp if it says the same there
   */
  private boolean isOfThePlace(TinyError odd) throws InterruptedException, SQLException {
    Answer<HeaderPage> least = answer(LEAST, false);
    TinyError same =
        least instanceof Answer.Failed<HeaderPage> failed
            ? failed.error()
            : least instanceof Answer.Rejected<HeaderPage> rejected ? rejected.error() : null;
    if (least instanceof Answer.NotFound<HeaderPage> none && Objects.equals(odd.status(), 404)) {
      throw new ReadingGivenUp(
          "Tiny has no such list: " + none.message() + ". Check TINY_API_URL.");
    }
    if (same != null
        && same.cause() == odd.cause()
        && Objects.equals(same.status(), odd.status())) {
      throw new ReadingGivenUp(odd.message());
    }
    if (!(least instanceof Answer.Ok)) {
      down(odd.message(), odd.withoutQuote());
      return false;
    }
    return true;
  }

  /** What Tiny says, once it may be asked. */
  private Answer<HeaderPage> answer(HeaderQuery query, boolean mayRest)
      throws InterruptedException, SQLException {
    Instant since = waitsSince == null ? clock.instant() : waitsSince;
    waitsSince = since;
    while (true) {
      if (!holding.goesOn()) {
        throw new ReadingStopped();
      }
      RunEntry now =
          book.row(run.run()).filter(RunEntry::beingRead).orElseThrow(ReadingStopped::new);
      // At the pace of the quota it does not stand still, or a long list would never end.
      answered = answered == null || paced ? now.now() : answered;
      if (now.beganAt() != null && answered.isBefore(now.staleBefore())) {
        readAnew("it stood still for minutes, and what its first pages show may have changed");
      }
      Answer<HeaderPage> answer = tiny.read(run.request().account(), query);
      if (!(answer instanceof Answer.Later<HeaderPage> later)) {
        answered = now.now();
        waitsSince = null;
        paced = false;
        if (answer instanceof Answer.Ok<HeaderPage> ok && isBefore(ok.at(), now.beganAt())) {
          readAnew("the clock was set back while it was read");
        }
        waits = answer instanceof Answer.Ok ? null : waits;
        return answer;
      }
      paced = later.reason() == WaitReason.QUOTA;
      tellWaiting(later.reason(), since);
      Duration wait = wait(later);
      if (mayRest) {
        throw new Rest(wait);
      }
      pause(wait);
    }
  }

  /** Never not at all: an answer that says <em>now</em> must not make a busy loop. */
  private Duration wait(Answer.Later<?> later) {
    Duration told = Duration.between(clock.instant(), later.until());
    Duration most =
        switch (later.reason()) {
          case AUTHORISATION, APPLICATION, ACCOUNT -> LOOK_AGAIN;
          case QUOTA, BREAKER, OUTAGE -> LONGEST_WAIT;
        };
    Duration wait = told.compareTo(most) > 0 ? most : told;
    return wait.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : wait;
  }

  /** Whether time went back: then nobody can tell what was shown before the reading began. */
  private static boolean isBefore(Interval at, @Nullable Instant beganAt) {
    return beganAt != null && at.asked().isBefore(beganAt);
  }

  private void readAnew(String why) throws SQLException {
    LOG.info("run {} is left to be read from the beginning: {}", run.run().id(), why);
    book.leaveForAnew(run.run(), why);
    throw new ReadingStopped();
  }

  /** What was asked for brought something new, so the list answers. */
  void up() {
    failed = 0;
  }

  /** The list does not answer, whatever is asked: waits, ever longer. */
  void down(String why, String told) throws InterruptedException, SQLException {
    failed++;
    if (failed >= rules.attempts()) {
      throw new ReadingGivenUp("after " + failed + " attempts: " + why);
    }
    Duration wait = rules.backoff(failed);
    LOG.warn("run {}: attempt {} failed, next in {}: {}", run.run().id(), failed, wait, why);
    tell(told);
    pause(wait);
  }

  /**
   * Waiting for the quota is how it goes, unless it is for longer than a window; any other reason
   * is told to whoever watches the run at once.
   */
  private void tellWaiting(WaitReason reason, Instant since) throws SQLException {
    switch (reason) {
      case QUOTA -> {
        if (Duration.between(since, clock.instant()).compareTo(LONG_FOR_QUOTA) >= 0) {
          tell(
              "waiting since "
                  + since.truncatedTo(ChronoUnit.SECONDS)
                  + " for a call that Tiny's quota lets through; see ./ordem status");
        }
      }
      case AUTHORISATION ->
          tell("waiting: account " + run.request().account() + " must be connected again");
      case APPLICATION ->
          tell(
              "waiting: Tiny does not accept the application of account "
                  + run.request().account()
                  + "; ./ordem health says which variable or command mends it");
      case ACCOUNT ->
          tell("waiting: Tiny forbids account " + run.request().account() + " this call (403)");
      case BREAKER, OUTAGE -> tell("waiting: Tiny cannot be reached (" + reason.label() + ")");
    }
  }

  private void tell(String why) throws SQLException {
    if (!why.equals(waits)) {
      waits = why;
      if (!book.waits(run.run(), why)) {
        throw new ReadingStopped();
      }
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (holding.awaitStop(time)) {
      throw new ReadingStopped();
    }
  }
}
