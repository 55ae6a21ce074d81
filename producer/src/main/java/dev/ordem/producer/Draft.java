package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The next state of a run, begun from the present one. Not thread safe. */
final class Draft {
  private final RunState before;
  private RunRequest request;
  private Mode mode;
  private RunStatus status;
  private @Nullable Cursor cursor;
  private Module headers;
  private Module details;
  private Module store;
  private @Nullable Instant startedAt;
  private @Nullable Instant finishedAt;
  private @Nullable String error;

  private Draft(RunState before) {
    this.before = before;
    this.request = before.request();
    this.mode = before.mode();
    this.status = before.status();
    this.cursor = before.cursor();
    this.headers = before.headers();
    this.details = before.details();
    this.store = before.store();
    this.startedAt = before.startedAt();
    this.finishedAt = before.finishedAt();
    this.error = before.error();
  }

  static Draft of(RunState before) {
    return new Draft(before);
  }

  /** A run nobody has heard of. */
  static RunState queued(SyncCommand.Run run, Instant now) {
    return new RunState(
        run.runId(),
        run.account(),
        run.request(),
        run.request().mode(),
        RunStatus.QUEUED,
        null,
        Module.WAITING,
        Module.WAITING,
        Module.WAITING,
        run.requestedAt(),
        null,
        null,
        null,
        now);
  }

  Draft request(RunRequest value) {
    request = value;
    return this;
  }

  Draft mode(Mode value) {
    mode = value;
    return this;
  }

  Draft cursor(Cursor value) {
    cursor = value;
    return this;
  }

  Draft headers(Module value) {
    headers = value;
    return this;
  }

  Draft details(Module value) {
    details = value;
    return this;
  }

  Draft store(Module value) {
    store = value;
    return this;
  }

  /** Queued again, as if it had not ended. */
  Draft requeued() {
    status = RunStatus.QUEUED;
    finishedAt = null;
    error = null;
    return this;
  }

  Draft running(Instant now) {
    status = RunStatus.RUNNING;
    startedAt = startedAt == null ? now : startedAt;
    return this;
  }

  /** Ended, for {@code why} unless that is null. */
  Draft ended(RunStatus how, @Nullable String why, Instant now) {
    status = how;
    error = why;
    finishedAt = now;
    startedAt = startedAt == null ? now : startedAt;
    return this;
  }

  RunState at(Instant now) {
    return new RunState(
        before.runId(),
        before.account(),
        request,
        mode,
        status,
        cursor,
        headers,
        details,
        store,
        before.createdAt(),
        startedAt,
        finishedAt,
        error,
        now);
  }
}
