package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether everything moves again: one order of each partition is changed in Tiny where only its
 * detail shows it, a person asks for it to be read, and the change has to arrive in Postgres. That
 * is through outbox, ledger, a call and the sink, in all partitions, whoever has them now.
 */
final class Probe {
  private static final String ONE_OF_EACH =
      "SELECT DISTINCT ON (partition) partition, id FROM os WHERE removed_at IS NULL"
          + " ORDER BY partition, id";

  private static final String ARRIVED = "SELECT id FROM os WHERE payload->>'observacoes' = ?";

  private final Site site;
  private final AccountChanges changes;
  private final Set<Long> ids;
  private int asked;

  private Probe(Site site, AccountChanges changes, Set<Long> ids) {
    this.site = site;
    this.changes = changes;
    this.ids = ids;
  }

  /** Takes the orders that it will ask for; they must be in Postgres now. */
  static Probe choose(Site site, AccountChanges changes) throws SQLException {
    Map<Integer, Long> chosen = new HashMap<>();
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ONE_OF_EACH)) {
      while (row.next()) {
        chosen.put(row.getInt("partition"), row.getLong("id"));
      }
    }
    return new Probe(site, changes, Set.copyOf(chosen.values()));
  }

  Set<Long> ids() {
    return ids;
  }

  /**
   * Returns when all have arrived and those that were hit say that they are ready: how long after
   * {@code since} that was.
   */
  Duration await(long since, List<String> hit, Watch watch) throws Exception {
    asked++;
    String text = "sonda " + asked;
    changes.remark(ids, text);
    Set<Long> missing = new HashSet<>(ids);
    Set<Long> unasked = new HashSet<>(ids);
    watch.until(
        "the probe, of which orders " + ids + " were asked for",
        () -> {
          try (Connection connection = site.connect()) {
            ask(connection, unasked);
            missing.removeAll(arrived(connection, text));
          } catch (SQLException e) {
            return false;
          }
          return missing.isEmpty() && ready(hit);
        });
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private boolean ready(List<String> names) throws InterruptedException {
    for (String name : names) {
      if (!site.isReady(name)) {
        return false;
      }
    }
    return true;
  }

  private static void ask(Connection connection, Set<Long> unasked) throws SQLException {
    if (unasked.isEmpty()) {
      return;
    }
    connection.setAutoCommit(false);
    try (PreparedStatement refresh =
        connection.prepareStatement("SELECT ordem_refresh('default', ?)")) {
      for (long id : unasked) {
        refresh.setLong(1, id);
        refresh.execute();
      }
    }
    connection.commit();
    connection.setAutoCommit(true);
    unasked.clear();
  }

  private static Set<Long> arrived(Connection connection, String text) throws SQLException {
    Set<Long> ids = new HashSet<>();
    try (PreparedStatement question = connection.prepareStatement(ARRIVED)) {
      question.setString(1, text);
      try (ResultSet row = question.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong(1));
        }
      }
    }
    return ids;
  }
}
