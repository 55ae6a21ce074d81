package dev.ordem.contract;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked to do.
 *
 * @param account the Tiny account to read
 * @param mode what to read
 * @param from first emission date, included; only with {@link Mode#PERIOD}
 * @param to last emission date, included; only with {@link Mode#PERIOD}
 * @param max most headers to read; null: no limit
 * @param headersOnly whether to leave the details for later
 * @param startLater whether the run waits for a {@link SyncCommand.Start}
 */
public record RunRequest(
    String account,
    Mode mode,
    @Nullable LocalDate from,
    @Nullable LocalDate to,
    @Nullable Long max,
    boolean headersOnly,
    boolean startLater) {

  /** Refuses what no run could do, naming the field. */
  public RunRequest {
    if (mode == Mode.PERIOD && (from == null || to == null)) {
      throw new IllegalArgumentException("mode period needs both from and to (YYYY-MM-DD)");
    }
    if (mode != Mode.PERIOD && (from != null || to != null)) {
      throw new IllegalArgumentException("from and to go with mode period only");
    }
    if (from != null && to != null && to.isBefore(from)) {
      throw new IllegalArgumentException("to " + to + " is before from " + from);
    }
    if (max != null && max <= 0) {
      throw new IllegalArgumentException("max " + max + ": must be positive, or left out");
    }
  }

  /** A run of {@code mode} with no limits, started at once. */
  public static RunRequest of(String account, Mode mode) {
    return new RunRequest(account, mode, null, null, null, false, false);
  }
}
