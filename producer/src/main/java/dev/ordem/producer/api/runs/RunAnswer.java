package dev.ordem.producer.api.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as the API tells of it.
 *
 * @param mode what it reads: as asked for, or as auto decided
 * @param waitsFor why it stands still, with what mends it; null while it moves
 * @param absences {@code ASKED}: a person must say whether the orders that it missed are gone
 * @param ratePerMinute details, or headers while no detail is asked for; null: cannot be told
 * @param etaSeconds until it is done, as the quota lets it; null: cannot be told
 * @param waitsUntil when its account's quota has room again; null: it has now
 */
record RunAnswer(
    UUID runId,
    String account,
    String mode,
    String status,
    String phase,
    String requestedBy,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Instant healedAt,
    @Nullable Instant updatedAt,
    @Nullable String error,
    @Nullable String waitsFor,
    boolean stuck,
    boolean limited,
    @Nullable String absences,
    @Nullable JsonNode request,
    Modules modules,
    Counts counts,
    @Nullable Double ratePerMinute,
    @Nullable Long etaSeconds,
    @Nullable Instant waitsUntil) {

  /** Runs with the sums of what the ledger knows of them in each partition. */
  static final String SELECT =
      """
      SELECT r.*, p.*
      FROM sync_run r CROSS JOIN LATERAL (
        SELECT coalesce(sum(seen), 0) AS seen, coalesce(sum(fresh), 0) AS fresh,
               coalesce(sum(changed), 0) AS changed, coalesce(sum(unchanged), 0) AS unchanged,
               coalesce(sum(requested), 0) AS requested, coalesce(sum(settled), 0) AS settled,
               coalesce(sum(open), 0) AS open, coalesce(sum(parked), 0) AS parked,
               coalesce(sum(dropped), 0) AS dropped
        FROM sync_run_progress WHERE run_id = r.id) AS p
      """;

  /** Each as the contract's module has it: status, done, total, error. */
  record Modules(@Nullable JsonNode headers, @Nullable JsonNode details, @Nullable JsonNode store) {
    /** The part that tells how far the run is. */
    private @Nullable JsonNode counted() {
      return countsDetails() ? details : headers;
    }

    private boolean countsDetails() {
      return details != null && details.path("total").asLong() > 0;
    }
  }

  /** Orders, by what the ledger found and what became of those whose detail the run wants. */
  record Counts(
      long seen,
      long fresh,
      long changed,
      long unchanged,
      long requested,
      long settled,
      long open,
      long parked,
      long dropped) {}

  /** Of a row of {@link #SELECT}. */
  static RunAnswer of(ResultSet row, Instant now, AccountPaces accounts) throws SQLException {
    Modules modules = new Modules(json(row, "headers"), json(row, "details"), json(row, "store"));
    Instant startedAt = ApiDatabase.instant(row, "started_at");
    Instant finishedAt = ApiDatabase.instant(row, "finished_at");
    boolean over = finishedAt != null;
    AccountPace pace = accounts.of(row.getString("account"), now);
    AccountPace.Done done = done(modules, startedAt, finishedAt == null ? now : finishedAt);
    Double rate = done == null ? null : pace.rate(done);
    return new RunAnswer(
        row.getObject("id", UUID.class),
        row.getString("account"),
        row.getString("mode"),
        row.getString("status"),
        row.getString("phase"),
        row.getString("requested_by"),
        row.getTimestamp("created_at").toInstant(),
        startedAt,
        finishedAt,
        ApiDatabase.instant(row, "healed_at"),
        ApiDatabase.instant(row, "updated_at"),
        row.getString("error"),
        over ? row.getString("waits_for") : pace.standsStill().orElse(row.getString("waits_for")),
        row.getBoolean("stuck"),
        row.getBoolean("limited"),
        row.getString("absences"),
        json(row, "request"),
        modules,
        counts(row),
        rate,
        over || done == null ? null : pace.eta(done),
        over ? null : pace.waitsUntil());
  }

  private static Counts counts(ResultSet row) throws SQLException {
    return new Counts(
        row.getLong("seen"),
        row.getLong("fresh"),
        row.getLong("changed"),
        row.getLong("unchanged"),
        row.getLong("requested"),
        row.getLong("settled"),
        row.getLong("open"),
        row.getLong("parked"),
        row.getLong("dropped"));
  }

  private static @Nullable JsonNode json(ResultSet row, String column) throws SQLException {
    return JsonResponse.read(row.getString(column));
  }

  private static AccountPace.@Nullable Done done(
      Modules modules, @Nullable Instant startedAt, Instant until) {
    JsonNode counted = modules.counted();
    if (counted == null || startedAt == null) {
      return null;
    }
    JsonNode total = counted.path("total");
    return new AccountPace.Done(
        counted.path("done").asLong(),
        total.isNumber() ? total.asLong() : null,
        modules.countsDetails(),
        Duration.between(startedAt, until));
  }
}
