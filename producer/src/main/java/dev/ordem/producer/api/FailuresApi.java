package dev.ordem.producer.api;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.producer.api.http.QueryParameters;
import dev.ordem.producer.api.http.RequestBody;
import dev.ordem.producer.api.http.RequestDefaults;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders that failed and rows that were refused, and having them tried again. */
final class FailuresApi {
  private static final List<String> STATES =
      List.of("RETRYING", "PARKED", "REFUSED", "EXTRA", "UNREADABLE");
  private static final int MOST = 1000;
  private static final String LIST =
      """
      SELECT * FROM import_failures
      WHERE (?::text IS NULL OR account = ?) AND (?::text IS NULL OR state = ?)
        AND (?::text IS NULL OR cause = ?)
      ORDER BY state, last_attempt_at DESC, account, os_id LIMIT ?
      """;

  private final ApiDatabase database;
  private final NamedAccount named;
  private final RequestDefaults defaults;

  FailuresApi(ApiDatabase database, NamedAccount named, RequestDefaults defaults) {
    this.database = database;
    this.named = named;
    this.defaults = defaults;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/failures", this::list);
    routes.post("/api/failures/requeue", this::requeue);
  }

  /**
   * One of them.
   *
   * @param osId null where an item of the list does not even tell that
   * @param numero of the order, as people know it
   * @param state RETRYING, PARKED, REFUSED, EXTRA or UNREADABLE
   * @param cause a word to count by
   * @param nextAttemptAt null unless it is tried again by itself
   */
  record Failure(
      String account,
      @Nullable Long osId,
      @Nullable String numero,
      String state,
      @Nullable String cause,
      @Nullable String error,
      @Nullable String excerpt,
      int attempts,
      @Nullable Instant firstAttemptAt,
      @Nullable Instant lastAttemptAt,
      @Nullable Instant nextAttemptAt,
      @Nullable UUID runId) {
    private static Failure of(ResultSet row) throws SQLException {
      return new Failure(
          row.getString("account"),
          row.getObject("os_id", Long.class),
          row.getString("numero"),
          row.getString("state"),
          row.getString("cause"),
          row.getString("error"),
          row.getString("excerpt"),
          row.getInt("attempts"),
          ApiDatabase.instant(row, "first_attempt_at"),
          ApiDatabase.instant(row, "last_attempt_at"),
          ApiDatabase.instant(row, "next_attempt_at"),
          row.getObject("run_id", UUID.class));
    }
  }

  /** The first thousand. */
  record Failures(List<Failure> failures) {}

  /**
   * How many were taken up.
   *
   * @param requeued orders and rows
   */
  record Requeued(String account, long requeued) {}

  private void list(Context http) {
    String account = http.queryParam("account");
    String state = QueryParameters.word(http, "state", STATES);
    String cause = http.queryParam("cause");
    long limit = QueryParameters.number(http, "limit", MOST, 1, MOST);
    List<Failure> failures =
        database.list(Failure::of, LIST, account, account, state, state, cause, cause, limit);
    if (failures.isEmpty()) {
      named.require(account);
    }
    JsonResponse.send(http, new Failures(failures));
  }

  private void requeue(Context http) {
    RequestBody body = RequestBody.read(http.body(), Set.of("account", "ids", "cause", "all"));
    String named = body.text("account");
    String account = named == null ? defaults.meant(database) : named;
    List<Long> ids = body.numbers("ids");
    String cause = body.text("cause");
    boolean all = Boolean.TRUE.equals(body.flag("all"));
    long requeued =
        database.in(
            connection ->
                ApiDatabase.list(
                        connection,
                        row -> row.getLong(1),
                        "SELECT ordem_requeue(?, ?, ?, ?)",
                        account,
                        ids == null ? null : connection.createArrayOf("bigint", ids.toArray()),
                        cause,
                        all)
                    .get(0));
    http.status(202);
    JsonResponse.send(http, new Requeued(account, requeued));
  }
}
