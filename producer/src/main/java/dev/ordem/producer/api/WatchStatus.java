package dev.ordem.producer.api;

import dev.ordem.producer.api.http.ApiDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How an account is watched.
 *
 * @param state ON or OFF, as people set it
 * @param watched whether a producer watches it now
 * @param waitsFor why nobody looks just now; null: somebody does
 * @param changedAt when a look last showed something new; null: none did
 * @param lists what is looked at
 */
record WatchStatus(
    String account,
    String state,
    boolean watched,
    @Nullable String waitsFor,
    long looks,
    @Nullable Instant changedAt,
    List<Looked> lists) {

  /**
   * A list, with all its pages.
   *
   * @param list newest, status-N of an open status, or range: all orders
   * @param lookedAt when the page was looked at that waits longest; null: one never was
   * @param changesPerHour that are believed, from what looks showed
   */
  record Looked(String list, long pages, @Nullable Instant lookedAt, double changesPerHour) {}

  /** All connected accounts that were ever watched. */
  static List<WatchStatus> all(Connection connection) throws SQLException {
    Map<String, List<Looked>> lists =
        ApiDatabase.list(
                connection,
                row ->
                    Map.entry(
                        row.getString("account"),
                        new Looked(
                            row.getString("list"),
                            row.getLong("pages"),
                            ApiDatabase.instant(row, "looked_at"),
                            row.getDouble("per_hour"))),
                """
                SELECT account, split_part(slice, '/', 1) AS list, count(*) AS pages,
                  CASE WHEN bool_and(looked_at IS NOT NULL) THEN min(looked_at) END AS looked_at,
                  round((sum(per_second) * 3600)::numeric, 2) AS per_hour
                FROM watch_slice GROUP BY account, list ORDER BY account, list
                """)
            .stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    return ApiDatabase.list(
        connection,
        row ->
            new WatchStatus(
                row.getString("account"),
                row.getString("state"),
                row.getBoolean("watched"),
                row.getString("waits_for"),
                row.getLong("looks"),
                ApiDatabase.instant(row, "changed_at"),
                lists.getOrDefault(row.getString("account"), List.of())),
        """
        SELECT account, watch.state, coalesce(lease_until > clock_timestamp(), false) AS watched,
          waits_for, looks, changed_at
        FROM watch JOIN tiny_account USING (account) ORDER BY account
        """);
  }
}
