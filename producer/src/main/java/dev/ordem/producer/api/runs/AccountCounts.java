package dev.ordem.producer.api.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.Situacao;
import dev.ordem.producer.api.http.ApiDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What Postgres knows of an account that tells how much work a run is. */
record AccountCounts(JsonNode counts) {
  private static final String TERMINAL =
      Arrays.stream(Situacao.values())
          .filter(Situacao::terminal)
          .map(situacao -> Integer.toString(situacao.code()))
          .collect(Collectors.joining(", "));

  /**
   * The same rules by which the producer decides what a run reads, and the ledger what is due: a
   * detail that was never read, whatever became of asking for it, and an old one. A detail that
   * shows nothing new changes no order: that it was asked for stands in the queue only. There an
   * order looks settled, too, if the run that wanted it was cancelled.
   */
  private static final String SQL =
      """
      WITH asked AS (SELECT ?::text AS account, ?::timestamptz AS old_before,
          ?::float8 AS fresh, ?::boolean AS headers_only, ?::date AS recent_from,
          ?::date AS period_from, ?::date AS period_to),
      past AS (SELECT ordem_known_id(a.account, a.headers_only) AS known_id,
          ordem_auto_mode(a.account, make_interval(secs => a.fresh), a.headers_only) AS auto
        FROM asked a),
      answers AS (SELECT q.os_id, q.state = 'PARKED' AS parked,
          CASE WHEN q.state = 'SETTLED' AND c.id IS NULL THEN q.updated_at END AS answered_at
        FROM asked a JOIN os_sync_queue q ON q.account = a.account
          LEFT JOIN sync_run c ON c.id = q.run_id AND c.status = 'CANCELED'),
      known AS (SELECT o.*, o.situacao NOT IN (@terminal) AS open,
          greatest(o.detail_fetched_at, s.answered_at) AS answered_at,
          coalesce(s.parked, false) AS parked
        FROM asked a JOIN os o ON o.account = a.account AND o.removed_at IS NULL
          LEFT JOIN answers s ON s.os_id = o.id),
      orders AS (SELECT k.id, k.situacao, k.data, k.open, k.parked, NOT k.details_synced AS bare,
          k.open AND k.answered_at <= a.old_before AS old,
          NOT k.parked AND (NOT k.details_synced
            OR k.open AND k.answered_at <= a.old_before) AS due,
          coalesce(k.data >= a.recent_from, false) AS recent,
          coalesce(k.data BETWEEN a.period_from AND a.period_to, false) AS within
        FROM known k, asked a)
      SELECT jsonb_build_object(
        'orders', count(*), 'withoutDetails', count(*) FILTER (WHERE bare),
        'open', count(*) FILTER (WHERE open), 'openOld', count(*) FILTER (WHERE old),
        'recent', count(*) FILTER (WHERE recent),
        'within', count(*) FILTER (WHERE within),
        'upToKnown', count(*) FILTER (WHERE id <= (SELECT known_id FROM past)),
        'due', count(*) FILTER (WHERE due),
        'dueNow', count(*) FILTER (WHERE due AND (open OR recent
          OR id > coalesce((SELECT known_id FROM past), 0))),
        'dueWithin', count(*) FILTER (WHERE due AND within),
        'auto', (SELECT auto FROM past), 'missing', count(*) FILTER (WHERE bare AND NOT parked),
        'byStatus', (SELECT coalesce(jsonb_agg(n), '[]') FROM
          (SELECT count(*) AS n FROM orders WHERE open GROUP BY situacao) AS s),
        'byAnyStatus', (SELECT coalesce(jsonb_agg(n), '[]') FROM
          (SELECT count(*) AS n FROM orders GROUP BY situacao) AS s),
        'waiting', (SELECT count(*) FROM os_sync_queue q, asked a WHERE q.account = a.account
          AND q.state IN ('QUEUED', 'REQUESTED', 'RETRYING')),
        'used', coalesce((SELECT tiny_used(q) FROM tiny_quota q JOIN asked USING (account)), 0)
      )::text FROM orders
      """
          .replace("@terminal", TERMINAL);

  /**
   * Asks Postgres.
   *
   * @param recentFrom first emission date that an incremental run reads again
   */
  static AccountCounts ask(
      ApiDatabase database, RunRequest request, RunRules rules, LocalDate recentFrom, Instant now) {
    return new AccountCounts(
        database
            .json(
                SQL,
                request.account(),
                now.minus(rules.openMaxAge()),
                rules.fresh().toMillis() / 1000.0,
                request.headersOnly(),
                recentFrom,
                request.from(),
                request.to())
            .orElseThrow());
  }

  /** What {@code auto} means now; empty: nothing, as what is known is fresh. */
  Optional<Mode> mode(Mode asked) {
    if (asked != Mode.AUTO) {
      return Optional.of(asked);
    }
    return Optional.of(counts.path("auto").asText(""))
        .filter(text -> counts.path("auto").isTextual())
        .map(text -> Mode.valueOf(text.toUpperCase(Locale.ROOT)));
  }

  long count(String name) {
    return counts.path(name).asLong();
  }

  List<Long> list(String name) {
    return StreamSupport.stream(counts.path(name).spliterator(), false)
        .map(JsonNode::asLong)
        .toList();
  }
}
