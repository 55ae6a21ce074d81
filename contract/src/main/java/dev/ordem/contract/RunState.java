package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run, as the book of runs in Postgres has it; of two the one with the greater version is the
 * newer. For whoever wants to know of runs: the pipeline itself does not read it.
 *
 * @param mode what it reads: as asked for, or as {@link Mode#AUTO} decided
 * @param headers how reading the headers goes
 * @param details how reading the details goes
 * @param store how proving what Postgres holds goes
 * @param error why it failed or is partial; null otherwise
 * @param updatedAt when this state was written
 * @param requestedBy who asked: {@code api}, {@code sql}, {@code schedule}, {@code up}; null before
 *     schema 2
 * @param healedAt when a partial run was found to miss nothing any more; null: it was not
 * @param limited whether a maximum cut it short, so that it proves nothing of the rest; null before
 *     schema 2
 * @param version grows with each state of the run; null before schema 2
 */
public record RunState(
    UUID runId,
    String account,
    RunRequest request,
    Mode mode,
    RunStatus status,
    Module headers,
    Module details,
    Module store,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String error,
    Instant updatedAt,
    @Nullable String requestedBy,
    @Nullable Instant healedAt,
    @Nullable Boolean limited,
    @Nullable Long version)
    implements Event {

  @Override
  @JsonIgnore
  public String subject() {
    return runId.toString();
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return updatedAt;
  }

  /**
   * One of the three parts of a run.
   *
   * @param done items dealt with, duplicates included
   * @param total items expected; null while unknown
   * @param error why it failed, or what it waits for; null otherwise
   */
  public record Module(Status status, long done, @Nullable Long total, @Nullable String error) {
    /** A part that has not begun. */
    public static final Module WAITING = new Module(Status.WAITING, 0, null, null);

    /** Where a part of a run stands. */
    public enum Status {
      WAITING,
      RUNNING,
      COMPLETE,
      PARTIAL,
      FAILED,
      /** Not asked for. */
      SKIPPED
    }
  }
}
