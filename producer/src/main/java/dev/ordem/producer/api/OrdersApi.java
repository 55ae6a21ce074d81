package dev.ordem.producer.api;

import dev.ordem.contract.OrderKey;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.runtime.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** One order: what is known of it, and the wish to have it read now. */
final class OrdersApi {
  /** With the columns of {@code os} by their names there, so as JSON of Postgres'. */
  private static final String ONE =
      """
      SELECT (to_jsonb(o) || jsonb_build_object(
        'history', (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.sequence), '[]')
          FROM (SELECT sequence, previous_sequence, from_situacao, to_situacao, seen_before,
                  seen_at, source, run_id
                FROM os_status_history WHERE account = o.account AND os_id = o.id) AS h),
        'sync', (SELECT to_jsonb(q)
          FROM (SELECT state, lane, run_id, attempts, next_attempt_at, last_error
                FROM os_sync_queue WHERE account = o.account AND os_id = o.id) AS q),
        'failures', (SELECT coalesce(jsonb_agg(jsonb_build_object('state', f.state,
            'cause', f.cause, 'error', f.error) ORDER BY f.state), '[]')
          FROM import_failures f WHERE f.account = o.account AND f.os_id = o.id)))::text
      FROM os o WHERE o.account = ? AND o.id = ?
      """;

  private final ApiDatabase database;
  private final NamedAccount named;
  private final OrderLookup lookup;

  OrdersApi(ApiDatabase database, NamedAccount named) {
    this.database = database;
    this.named = named;
    this.lookup = new OrderLookup(database);
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/os/{account}", this::numbered);
    routes.get("/api/os/{account}/{id}", this::one);
    routes.post("/api/os/{account}/{id}/refresh", this::refresh);
  }

  /** Orders that may be meant. */
  record Orders(List<OrderLookup.Order> orders) {}

  /** A wish that was taken. */
  record Queued(String account, long osId, String status) {}

  private void numbered(Context http) {
    String account = key(http.pathParam("account"), "1").account();
    Orders found = new Orders(found(http, account));
    if (found.orders().isEmpty()) {
      named.require(account);
    }
    JsonResponse.send(http, found);
  }

  private List<OrderLookup.Order> found(Context http, String account) {
    String meant = http.queryParam("order");
    if (meant != null) {
      return lookup.meant(account, meant);
    }
    return lookup.numbered(
        account,
        Optional.ofNullable(http.queryParam("numero"))
            .orElseThrow(
                () ->
                    Problem.invalid("numero: say which, as ?numero=103, or ?order= id or number")));
  }

  private void one(Context http) {
    OrderKey key = key(http);
    JsonResponse.send(
        http,
        database
            .json(ONE, key.account(), key.osId())
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "order %s is not known; an incremental run reads what is new in Tiny"
                            .formatted(key))));
  }

  private void refresh(Context http) {
    OrderKey key = key(http);
    database.list(row -> true, "SELECT ordem_refresh(?, ?)", key.account(), key.osId());
    http.status(202).header("Location", "/api/os/" + key.account() + "/" + key.osId());
    JsonResponse.send(http, new Queued(key.account(), key.osId(), "QUEUED"));
  }

  private static OrderKey key(Context http) {
    return key(http.pathParam("account"), http.pathParam("id"));
  }

  private static OrderKey key(String account, String id) {
    try {
      return OrderKey.parse(account + ":" + id);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()), e);
    }
  }
}
