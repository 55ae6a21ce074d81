package dev.ordem.sink;

import dev.ordem.contract.RunState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * {@code ordem_run_state}: of each account and mode the newest run, counted by mode and status.
 *
 * <p>Only the sink that holds the partition of {@code sync-runs} knows, so only that one says so.
 */
final class RunStates {
  private static final String NEWEST =
      "SELECT DISTINCT ON (account, mode) account, mode, created_at, status FROM sync_run"
          + " ORDER BY account, mode, created_at DESC";

  private final MultiGauge gauge;
  private final Map<Series, Newest> newest = new HashMap<>();
  private boolean stale;

  RunStates(MeterRegistry meters) {
    this.gauge = MultiGauge.builder("ordem.run.state").register(meters);
  }

  /** The partition came or went. */
  void assigned(boolean mine) {
    newest.clear();
    stale = mine;
    publish();
  }

  void loadIfStale(DataSource database) throws SQLException {
    if (!stale) {
      return;
    }
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NEWEST)) {
      while (row.next()) {
        newest.put(
            new Series(row.getString(1), row.getString(2)),
            new Newest(row.getObject(3, OffsetDateTime.class).toInstant(), row.getString(4)));
      }
    }
    stale = false;
    publish();
  }

  void stored(Stream<Change<?>> changes) {
    List<RunState> runs =
        changes
            .map(Change::value)
            .filter(RunState.class::isInstance)
            .map(RunState.class::cast)
            .toList();
    runs.forEach(
        run ->
            newest.merge(
                new Series(run.account(), run.mode().text()),
                new Newest(run.createdAt(), run.status().name()),
                (old, now) -> now.createdAt().isBefore(old.createdAt()) ? old : now));
    if (!runs.isEmpty()) {
      publish();
    }
  }

  private void publish() {
    Map<Tags, Long> counts =
        newest.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    each ->
                        Tags.of("mode", each.getKey().mode(), "status", each.getValue().status()),
                    Collectors.counting()));
    gauge.register(
        counts.entrySet().stream()
            .map(each -> Row.of(each.getKey(), each.getValue()))
            .collect(Collectors.toList()),
        true);
  }

  private record Series(String account, String mode) {}

  private record Newest(Instant createdAt, String status) {}
}
