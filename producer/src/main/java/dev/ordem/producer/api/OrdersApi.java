package dev.ordem.producer.api;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncCommand;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** One order: what is known of it, and the wish to have it read now. */
final class OrdersApi {
  private static final String ONE =
      """
      SELECT (to_jsonb(o) || jsonb_build_object(
        'history', (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.sequence), '[]')
          FROM (SELECT sequence, from_situacao, to_situacao, seen_before, seen_at, source, run_id
                FROM os_status_history WHERE account = o.account AND os_id = o.id) AS h),
        'sync', (SELECT to_jsonb(q)
          FROM (SELECT state, lane, run_id, attempts, next_attempt_at, last_error
                FROM os_sync_queue WHERE account = o.account AND os_id = o.id) AS q)))::text
      FROM os o WHERE o.account = ? AND o.id = ?
      """;

  private final Database database;
  private final Outbox outbox;
  private final Clock clock;

  OrdersApi(Database database, Clock clock) {
    this.database = database;
    this.outbox = new Outbox(database);
    this.clock = clock;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/os/{account}/{id}", this::one);
    routes.post("/api/os/{account}/{id}/refresh", this::refresh);
  }

  private void one(Context http) {
    OrderKey key = key(http);
    http.json(
        database
            .json(ONE, key.account(), key.osId())
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "order "
                            + key
                            + " is not known; POST to its /refresh has it read from Tiny")));
  }

  private void refresh(Context http) {
    OrderKey key = key(http);
    outbox.send(
        new SyncCommand.Refresh(
            key.account(), key.osId(), clock.instant().truncatedTo(ChronoUnit.MICROS)));
    http.status(202)
        .header("Location", "/api/os/" + key.account() + "/" + key.osId())
        .json(Map.of("account", key.account(), "osId", key.osId(), "status", "QUEUED"));
  }

  private static OrderKey key(Context http) {
    try {
      return OrderKey.parse(http.pathParam("account") + ":" + http.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()), e);
    }
  }
}
