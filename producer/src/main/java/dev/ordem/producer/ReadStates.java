package dev.ordem.producer;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What reading its headers does to the state of a run. */
final class ReadStates {
  private final int partitions;

  /**
   * Decides states.
   *
   * @param partitions of {@code os-headers}
   */
  ReadStates(int partitions) {
    this.partitions = partitions;
  }

  /**
   * A reader takes the run.
   *
   * @param auto what {@link Mode#AUTO} means now; empty: nothing is to be read
   */
  RunState begun(RunState run, Optional<Mode> auto, Instant now) {
    Draft draft = Draft.of(run).running(now);
    if (run.mode() == Mode.AUTO) {
      if (auto.isEmpty()) {
        Module nothing = new Module(Module.Status.SKIPPED, 0, 0L, null);
        draft.headers(nothing).details(nothing).store(nothing);
        return draft.ended(RunStatus.COMPLETE, null, now).at(now);
      }
      draft.mode(auto.get());
    }
    if (run.cursor() == null) {
      draft.cursor(Cursors.START);
    }
    boolean headersOnly = run.request().headersOnly();
    Module.Status details = headersOnly ? Module.Status.SKIPPED : Module.Status.WAITING;
    return draft
        .headers(reading(run.headers().done(), run.headers().total()))
        .details(new Module(details, run.details().done(), run.details().total(), null))
        .store(Module.WAITING)
        .at(now);
  }

  /** A page is written. */
  RunState page(RunState run, Cursor next, int headers, @Nullable Long total, Instant now) {
    Module module = reading(run.headers().done() + headers, total);
    return Draft.of(run).cursor(next).headers(module).at(now);
  }

  /** The next page has to wait, for {@code why}. */
  Change waiting(RunState run, String why, Instant now) {
    Module headers = run.headers();
    Module module = new Module(Module.Status.RUNNING, headers.done(), headers.total(), why);
    return Change.to(Draft.of(run).headers(module).at(now));
  }

  /** All pages are written. */
  Change ended(RunState run, Instant now) {
    Cursor cursor = Objects.requireNonNull(run.cursor());
    Module headers = Outcome.headers(run.headers().done(), cursor.unreadable());
    return marked(run, Cursors.marked(cursor, true, now), headers, now);
  }

  /** No further page can be read. What was is still completed, if anything was. */
  Change givenUp(RunState run, String why, Instant now) {
    Cursor cursor = Objects.requireNonNull(run.cursor());
    Module before = run.headers();
    Module headers = new Module(Module.Status.FAILED, before.done(), before.total(), why);
    if (before.done() > 0) {
      return marked(run, Cursors.marked(cursor, false, now), headers, now);
    }
    Draft draft = Draft.of(run).headers(headers);
    return Change.to(draft.ended(RunStatus.FAILED, "headers: " + why, now).at(now));
  }

  private Change marked(RunState run, Cursor cursor, Module headers, Instant now) {
    boolean whole = cursor.ended() && cursor.unreadable() == null && run.request().max() == null;
    Mode read = run.mode() == Mode.FULL && !whole ? Mode.PERIOD : run.mode();
    HeaderEvent.EndOfHeaders end =
        new HeaderEvent.EndOfHeaders(run.account(), run.runId(), read, now);
    RunState state = Draft.of(run).cursor(cursor).headers(headers).at(now);
    return new Change(state, Runs.markers(end, partitions));
  }

  private static Module reading(long done, @Nullable Long total) {
    return new Module(Module.Status.RUNNING, done, total, null);
  }
}
