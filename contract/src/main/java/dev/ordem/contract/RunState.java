package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as of now; the newest one of its key is the truth.
 *
 * @param mode what it reads: as asked for, or as {@link Mode#AUTO} decided
 * @param cursor where to go on reading; null before the first page
 * @param headers how reading the headers goes
 * @param details how reading the details goes
 * @param store how storing in Postgres goes
 * @param error why it failed or is partial; null otherwise
 * @param updatedAt when this state was written
 */
public record RunState(
    UUID runId,
    String account,
    RunRequest request,
    Mode mode,
    RunStatus status,
    @Nullable Cursor cursor,
    Module headers,
    Module details,
    Module store,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String error,
    Instant updatedAt)
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
   * Where a run stands in the list.
   *
   * @param pass index of the query among the queries of the run, from 0
   * @param offset Tiny's {@code offset} of the next page of that query
   * @param lastId id of the last header read in that query; null at its beginning
   * @param ended whether every query is done and the end-of-headers markers are written
   * @param highestId highest id met by the query that reads everything new (the only one of a full
   *     run, the first one of an incremental run); null: none yet. Once that query is done, no
   *     order up to this id is unknown
   * @param unreadable items of pages that were no headers and went to {@link Topics#DLQ}; null:
   *     none
   * @param markedAt {@link HeaderEvent.EndOfHeaders#endedAt} of the newest markers; null: none are
   *     written, so reading goes on
   */
  public record Cursor(
      int pass,
      long offset,
      @Nullable Long lastId,
      boolean ended,
      @Nullable Long highestId,
      @Nullable Long unreadable,
      @Nullable Instant markedAt) {}

  /**
   * One of the three parts of a run.
   *
   * @param done items dealt with, duplicates included
   * @param total items expected; null while unknown
   * @param error why it failed; null otherwise
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
