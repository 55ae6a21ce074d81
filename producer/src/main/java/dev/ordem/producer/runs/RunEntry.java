package dev.ordem.producer.runs;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as its row has it at one moment. Immutable.
 *
 * @param mode as asked for, or as {@link Mode#AUTO} decided
 * @param generation in which it is read; null: not begun
 * @param beganAt when Tiny was asked for the first page; null: it was not
 * @param startedAt when it was first taken up, by the database's clock; null: it was not
 * @param owed markers that the ledger must still be sent, in order
 * @param cursor where reading stands; null: not begun
 * @param headers how many were written
 * @param now the moment, by the database's clock
 * @param staleBefore a list that stood still since before then is read from its beginning
 */
public record RunEntry(
    HeldRun run,
    RunRequest request,
    Mode mode,
    RunStatus status,
    Phase phase,
    long reading,
    @Nullable UUID generation,
    @Nullable Instant beganAt,
    @Nullable Instant startedAt,
    List<String> owed,
    @Nullable Cursor cursor,
    long headers,
    Instant now,
    Instant staleBefore) {
  /** The run was cancelled. */
  public static final String CANCEL = "cancel";

  /** The run goes on. */
  public static final String RESUME = "resume";

  /** The run is too old to be kept. */
  public static final String FORGET = "forget";

  /** Copies the list. */
  public RunEntry {
    owed = List.copyOf(owed);
  }

  /** Whether its headers are being read. */
  public boolean beingRead() {
    return status == RunStatus.RUNNING && phase == Phase.READING;
  }

  /** Whether its headers were read to the end. */
  public boolean headersEnded() {
    return cursor != null && cursor.ended();
  }

  /**
   * The reading that the owed marker at {@code index} belongs to: each resumption behind it began a
   * later one.
   */
  public long readingOf(int index) {
    long later = owed.stream().skip(index + 1L).filter(RESUME::equals).count();
    return reading - later;
  }
}
