package dev.ordem.producer.api;

import dev.ordem.contract.Mode;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.runs.Schedule;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What runs when by itself. */
final class ScheduleApi {
  private static final int TIMES = 3;

  /** One probe of an index for each account; between, not equal, as in {@code RunMaintenance}. */
  private static final String LAST =
      """
      SELECT a.account, newest.* FROM (SELECT ? AS mode) AS m
        CROSS JOIN (SELECT account FROM tiny_account UNION SELECT account FROM tiny_quota) AS a
        CROSS JOIN LATERAL (SELECT r.id, r.status, r.created_at, r.finished_at FROM sync_run r
          WHERE r.requested_by = 'schedule'
            AND (r.account, r.request->>'mode') BETWEEN (a.account, m.mode) AND (a.account, m.mode)
          ORDER BY r.account, r.request->>'mode', r.created_at DESC LIMIT 1) AS newest
      ORDER BY a.account
      """;

  private final ApiDatabase database;
  private final Schedule schedule;
  private final InstantSource clock;

  ScheduleApi(ApiDatabase database, Schedule schedule, InstantSource clock) {
    this.database = database;
    this.schedule = schedule;
    this.clock = clock;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/schedule", this::show);
  }

  /**
   * An entry.
   *
   * @param zone whose clocks the expression means
   * @param next the next times; none: it is never due
   * @param last the newest run of each account that it asked for
   */
  record Entry(String mode, String cron, String zone, List<Instant> next, List<LastRun> last) {}

  /** A run that the schedule asked for. */
  record LastRun(
      String account, UUID runId, String status, Instant createdAt, @Nullable Instant finishedAt) {}

  /**
   * All entries.
   *
   * @param watches whether accounts are watched; if not, and there is no entry, it is off
   */
  record Entries(boolean watches, List<Entry> entries) {}

  private void show(Context http) {
    JsonResponse.send(http, new Entries(schedule.watches(), entries()));
  }

  List<Entry> entries() {
    return schedule.entries().stream()
        .map(
            entry ->
                new Entry(
                    entry.mode().text(),
                    entry.cron(),
                    entry.zone().toString(),
                    next(entry),
                    last(entry.mode())))
        .toList();
  }

  private List<Instant> next(Schedule.Entry entry) {
    List<Instant> times = new ArrayList<>();
    Optional<Instant> next = entry.next(clock.instant());
    while (next.isPresent() && times.size() < TIMES) {
      times.add(next.get());
      next = entry.next(next.get());
    }
    return times;
  }

  private List<LastRun> last(Mode mode) {
    return database.list(
        row ->
            new LastRun(
                row.getString("account"),
                row.getObject("id", UUID.class),
                row.getString("status"),
                row.getTimestamp("created_at").toInstant(),
                ApiDatabase.instant(row, "finished_at")),
        LAST,
        mode.text());
  }
}
