package dev.ordem.producer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How everything stands: orders, queue, accounts, failures. */
final class StatusApi {
  private static final String STATUS =
      """
      SELECT jsonb_build_object(
        'orders', (SELECT jsonb_build_object(
            'total', count(*),
            'withDetails', count(*) FILTER (WHERE details_synced),
            'withoutDetails', count(*) FILTER (WHERE NOT details_synced),
            'totalServicos', coalesce(sum(total_servicos), 0),
            'totalPecas', coalesce(sum(total_pecas), 0),
            'totalOrdens', coalesce(sum(total), 0))
          FROM os WHERE removed_at IS NULL),
        'bySituacao', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY account, situacao), '[]')
          FROM (SELECT account, situacao, count(*) AS orders,
                  count(*) FILTER (WHERE details_synced) AS "withDetails",
                  coalesce(sum(total), 0) AS total
                FROM os WHERE removed_at IS NULL GROUP BY account, situacao) AS t),
        'queue', (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY account, lane, state), '[]')
          FROM (SELECT account, lane, state, count(*) AS orders,
                  min(updated_at) AS "oldestAt"
                FROM os_sync_queue WHERE state <> 'SETTLED' GROUP BY account, lane, state) AS q),
        'lastSuccess', (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY account), '[]')
          FROM (SELECT account, max(finished_at) AS "finishedAt",
                  greatest(0, round(extract(epoch FROM now() - max(finished_at)))) AS "ageSeconds"
                FROM sync_run WHERE status = 'COMPLETE' GROUP BY account) AS s),
        'runs', (SELECT coalesce(jsonb_object_agg(status, runs), '{}')
          FROM (SELECT status, count(*) AS runs FROM sync_run GROUP BY status) AS r)
      )::text
      """;
  private static final String QUOTA_USED =
      """
      SELECT coalesce(jsonb_object_agg(account, used), '{}')::text
      FROM (SELECT account, count(*) AS used FROM tiny_quota_slot
            WHERE span = 1 AND free_at > clock_timestamp() GROUP BY account) AS u
      """;
  private static final String FAILURES =
      """
      SELECT jsonb_build_object('failures', coalesce(jsonb_agg(to_jsonb(f)), '[]'))::text
      FROM (SELECT q.account, q.os_id AS "osId", q.state, q.lane, q.last_error_cause AS cause,
              q.last_error AS error, q.last_error_excerpt AS excerpt, q.attempts,
              q.failing_since AS "firstAttemptAt", q.updated_at AS "lastAttemptAt",
              q.next_attempt_at AS "nextAttemptAt", q.run_id AS "runId"
            FROM os_sync_queue q WHERE q.state IN ('RETRYING', 'PARKED')
            ORDER BY q.state, q.updated_at DESC LIMIT 1000) AS f
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;
  private final Supplier<List<AccountHealth>> accounts;

  StatusApi(Database database, Supplier<List<AccountHealth>> accounts) {
    this.database = database;
    this.accounts = accounts;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/status", this::status);
    routes.get("/api/accounts", http -> http.json(Map.of("accounts", known())));
    routes.get("/api/failures", http -> http.json(database.json(FAILURES).orElseThrow()));
  }

  private void status(Context http) {
    ObjectNode status = (ObjectNode) database.json(STATUS).orElseThrow();
    status.set("accounts", known());
    http.json(status);
  }

  private ArrayNode known() {
    JsonNode used = database.json(QUOTA_USED).orElseThrow();
    ArrayNode known = JSON.createArrayNode();
    accounts.get().forEach(account -> known.add(told(account, used.path(account.account()))));
    return known;
  }

  /**
   * An account as JSON.
   *
   * @param used slots of the middle window that are taken: calls under way or within the window
   */
  private static ObjectNode told(AccountHealth account, JsonNode used) {
    ObjectNode told = JSON.createObjectNode();
    told.put("account", account.account()).put("state", account.state().toString());
    told.put("problem", account.problem());
    told.put("tokenExpiresAt", text(account.tokenExpiresAt()));
    told.put("closedUntil", text(account.closedUntil()));
    told.putObject("quota")
        .put("perSecond", account.perSecond())
        .put("perWindow", account.perWindow())
        .put("window", account.window().toString())
        .put("usedInWindow", used.asLong())
        .put("perHour", account.perHour());
    return told;
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
