package dev.ordem.bench.faults;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Which orders a run has to bring up to date, by its mode, as the README says it.
 *
 * @param mode as the run was carried out; auto: it found nothing to read
 * @param from of a period, and of what an incremental run reads again
 */
record Scope(String mode, LocalDate from) {
  private static final int LOOKBACK_DAYS = 7;

  /** What a run of this mode means today; periods of the last thirty days. */
  static Scope of(String mode, LocalDate today) {
    return new Scope(mode, today.minusDays(mode.equals("period") ? 30 : LOOKBACK_DAYS - 1));
  }

  boolean readsAllDetails() {
    return mode.equals("full")
        || mode.equals("reconcile")
        || mode.equals("details")
        || mode.equals("auto");
  }

  static boolean isOpen(int situacao) {
    return situacao != 3 && situacao != 4 && situacao != 7;
  }

  /**
   * @param data day of emission
   * @param stored situação in Postgres; null: no row
   */
  boolean covers(LocalDate data, int situacao, @Nullable Integer stored) {
    return switch (mode) {
      case "full", "reconcile" -> true;
      case "incremental" ->
          stored == null || isOpen(situacao) || isOpen(stored) || !data.isBefore(from);
      case "period" -> !data.isBefore(from);
      default -> false;
    };
  }
}
