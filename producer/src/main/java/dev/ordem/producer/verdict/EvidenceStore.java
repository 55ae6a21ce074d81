package dev.ordem.producer.verdict;

import dev.ordem.producer.certificate.AccountGeneration;
import dev.ordem.producer.certificate.LedgerCertificate;
import dev.ordem.producer.certificate.LedgerCertificates;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.certificate.PostgresDigests;
import dev.ordem.producer.certificate.SinkProgress;
import dev.ordem.producer.certificate.Snapshot;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.verdict.Evidence.Named;
import dev.ordem.producer.verdict.Evidence.Progress;
import dev.ordem.producer.verdict.Evidence.Refused;
import dev.ordem.producer.verdict.Evidence.Repair;
import dev.ordem.producer.verdict.Evidence.Run;
import dev.ordem.producer.verdict.Evidence.Trials;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads what a verdict rests on, all of it in one snapshot. Thread safe. */
final class EvidenceStore {
  private static final String PROGRESS =
      """
      SELECT partition, coalesce(reading, 0) AS reading, ended, seen, fresh, requested, settled,
        open, parked, dropped, skipped, certificate_version, known, absent, absences_counted,
        suspects, refused
      FROM sync_run_progress WHERE run_id = ? AND partition < ?
      """;

  /** The ledger's work state names the run that wants an order most; several may. */
  private static final String PARKED =
      """
      SELECT os_id, ? AS of_all FROM os_sync_queue WHERE account = ? AND state = 'PARKED'
      ORDER BY (run_id = ?) DESC NULLS LAST, os_id LIMIT least(?, ?)
      """;

  private static final String REFUSED =
      """
      WITH against AS (
        SELECT os_id, partition FROM os_refused
        WHERE account = ? AND (? OR run_ids @> ARRAY[?]::uuid[]
          OR last_number >= (SELECT started_number FROM sync_run WHERE id = ?)))
      SELECT os_id, (SELECT count(DISTINCT os_id) FROM against) AS of_all,
        (SELECT array_agg(DISTINCT partition) FROM against) AS partitions
      FROM against GROUP BY os_id ORDER BY os_id LIMIT ?
      """;
  private static final String REPAIR =
      """
      SELECT id, partitions, taken_until, done_at, restored, error FROM repair
      WHERE account = ? AND requested_by = ? ORDER BY id DESC LIMIT 1
      """;
  private static final String HELD =
      """
      SELECT max(l.at) AS at FROM sync_run r JOIN sync_run_log l ON l.run_id = r.id
      WHERE r.account = ?
        AND (r.phase <> 'ENDED' OR r.finished_at > clock_timestamp() - interval '2 minutes')
        AND l.at > (SELECT clock_timestamp() - interval '1 minute') AND l.at <= clock_timestamp()
        AND jsonb_exists(l.metadata, 'holdMillis')
      """;

  private final DataSource database;
  private final Supplier<Map<TopicPartition, Long>> ends;

  /**
   * Does no I/O.
   *
   * @param ends how far Kafka goes now; see {@link SinkProgress#ends}
   */
  EvidenceStore(DataSource database, Supplier<Map<TopicPartition, Long>> ends) {
    this.database = database;
    this.ends = ends;
  }

  /**
   * What Postgres holds of a run, compared with the ledger where that is due.
   *
   * @param attention what was found before
   * @return empty if the run is not held any more
   */
  Optional<Evidence> read(HeldRun held, StallTracker attention) throws SQLException {
    return Snapshot.of(
        database,
        connection -> {
          Optional<RunRow> row = RunRow.read(connection, held);
          if (row.isEmpty()) {
            return Optional.empty();
          }
          Evidence evidence = evidence(connection, row.get(), attention);
          Trials trials = trials(connection, evidence, attention);
          return Optional.of(evidence.with(trials));
        });
  }

  private static Evidence evidence(Connection connection, RunRow row, StallTracker attention)
      throws SQLException {
    Run run = row.run();
    AccountGeneration generation = LedgerCertificates.generation(connection, run.account());
    SortedMap<Integer, Progress> progress =
        progress(
            connection, run.id(), generation == null ? Integer.MAX_VALUE : generation.partitions());
    long parked =
        run.auto()
            ? allParked(connection, run.account())
            : progress.values().stream().mapToLong(Progress::parked).sum();
    Instant now = Snapshot.now(connection);
    attention.at(now);
    attention.shown(progress.keySet(), now);
    return new Evidence(
        now,
        run,
        generation,
        progress,
        LedgerCertificates.of(connection, run.account()),
        row.proofs(),
        parked == 0 ? Named.NONE : parked(connection, run, parked),
        refused(connection, run),
        repair(connection, run.account(), verdict(run)),
        attention.trials(null, null, null));
  }

  private Trials trials(Connection connection, Evidence evidence, StallTracker attention)
      throws SQLException {
    boolean settled = Verdict.settled(evidence);
    SortedSet<Integer> unproved = Verdict.toCompare(evidence);
    Long unplaced = null;
    Instant heldAt = null;
    AccountGeneration generation = evidence.generation();
    if (settled && generation != null) {
      unplaced =
          new PostgresDigests(connection, evidence.run().account())
              .unplaced(generation.partitions());
    }
    attention.comparing(settled && !unproved.isEmpty(), evidence.now());
    if (attention.impatient(evidence.now())) {
      heldAt = heldAt(connection, evidence.run().account());
    }
    boolean differs = !unproved.isEmpty() || (unplaced != null && unplaced > 0);
    if (differs && attention.repaired(evidence.repair())) {
      attention.ends(ends.get());
    }
    if (attention.forget(unproved) && attention.due(evidence.now())) {
      attention.compared(comparisons(connection, evidence, unproved), Snapshot.now(connection));
    }
    Map<TopicPartition, Long> wanted = attention.ends();
    List<String> behind = wanted == null ? null : SinkProgress.behind(connection, wanted);
    return attention.trials(unplaced, heldAt, behind);
  }

  /** Once the last are equal those that were proved before are looked at again beside them. */
  private static List<PartitionComparison> comparisons(
      Connection connection, Evidence evidence, SortedSet<Integer> unproved) throws SQLException {
    List<PartitionComparison> found = compare(connection, evidence, unproved);
    SortedSet<Integer> before = new TreeSet<>(evidence.proofs().keySet());
    before.removeAll(unproved);
    if (before.isEmpty() || !found.stream().allMatch(PartitionComparison::equal)) {
      return found;
    }
    List<PartitionComparison> all = new ArrayList<>(found);
    all.addAll(compare(connection, evidence, before));
    return all;
  }

  /** Ledger and Postgres side by side. */
  private static List<PartitionComparison> compare(
      Connection connection, Evidence evidence, SortedSet<Integer> partitions) throws SQLException {
    PostgresDigests sums = new PostgresDigests(connection, evidence.run().account());
    Map<Integer, PartitionDigest> refused = sums.refused(partitions);
    Map<Integer, PartitionDigest> ledger = new HashMap<>();
    for (Integer partition : partitions) {
      LedgerCertificate certificate = evidence.certificates().get(partition);
      if (certificate != null) {
        PartitionDigest out = refused.getOrDefault(partition, PartitionDigest.NONE);
        ledger.put(partition, certificate.numbers().minus(out));
      }
    }
    Map<Integer, PartitionDigest> postgres = sums.sums(partitions);
    List<PartitionComparison> result = new ArrayList<>();
    ledger.forEach(
        (partition, numbers) -> {
          LedgerCertificate certificate = evidence.certificates().get(partition);
          long version = certificate == null ? 0 : certificate.version();
          PartitionDigest there = postgres.getOrDefault(partition, PartitionDigest.NONE);
          Instant at = evidence.now();
          result.add(new PartitionComparison(partition, version, numbers, there, at, at));
        });
    return result;
  }

  /** A Kafka that is gone may have had more partitions: nobody speaks for those any more. */
  private static SortedMap<Integer, Progress> progress(
      Connection connection, UUID run, int partitions) throws SQLException {
    SortedMap<Integer, Progress> result = new TreeMap<>();
    try (PreparedStatement query = connection.prepareStatement(PROGRESS)) {
      query.setObject(1, run);
      query.setInt(2, partitions);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Progress progress = progress(row);
          result.put(progress.partition(), progress);
        }
      }
    }
    return result;
  }

  private static Progress progress(ResultSet row) throws SQLException {
    return new Progress(
        row.getInt("partition"),
        row.getLong("reading"),
        row.getBoolean("ended"),
        row.getLong("seen"),
        row.getLong("fresh"),
        row.getLong("requested"),
        row.getLong("settled"),
        row.getLong("open"),
        row.getLong("parked"),
        row.getLong("dropped"),
        row.getLong("skipped"),
        row.getObject("certificate_version", Long.class),
        row.getObject("known", Long.class),
        row.getObject("absent", Long.class),
        row.getBoolean("absences_counted"),
        row.getLong("suspects"),
        row.getLong("refused"));
  }

  private static Named parked(Connection connection, Run run, long count) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(PARKED)) {
      query.setLong(1, count);
      query.setString(2, run.account());
      query.setObject(3, run.id());
      query.setInt(4, Named.MOST);
      query.setLong(5, count);
      return named(query);
    }
  }

  private static long allParked(Connection connection, String account) throws SQLException {
    String sql = "SELECT count(*) FROM os_sync_queue WHERE account = ? AND state = 'PARKED'";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, account);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Refused refused(Connection connection, Run run) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(REFUSED)) {
      query.setString(1, run.account());
      query.setBoolean(2, run.speaksForAll());
      query.setObject(3, run.id());
      query.setObject(4, run.id());
      query.setInt(5, Named.MOST);
      SortedSet<Integer> partitions = new TreeSet<>();
      List<Long> ids = new ArrayList<>();
      long count = 0;
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          ids.add(row.getLong("os_id"));
          count = row.getLong("of_all");
          partitions.addAll(List.of((Integer[]) row.getArray("partitions").getArray()));
        }
      }
      return new Refused(new Named(count, ids), partitions);
    }
  }

  private static Named named(PreparedStatement query) throws SQLException {
    List<Long> ids = new ArrayList<>();
    long count = 0;
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
        count = row.getLong(2);
      }
    }
    return new Named(count, ids);
  }

  /** By whom a repair is asked for: one while a reading settles, one more while it heals. */
  static String verdict(Run run) {
    String name = "run " + run.id() + " reading " + run.reading();
    return run.phase() == Phase.HEALING ? name + " healing" : name;
  }

  /** The newest repair that was asked for by that name. */
  static @Nullable Repair repair(Connection connection, String account, String asker)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(REPAIR)) {
      query.setString(1, account);
      query.setString(2, asker);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? repair(row) : null;
      }
    }
  }

  private static Repair repair(ResultSet row) throws SQLException {
    Array partitions = row.getArray("partitions");
    return new Repair(
        row.getLong("id"),
        List.of((Integer[]) partitions.getArray()),
        RunRow.moment(row, "taken_until"),
        RunRow.moment(row, "done_at"),
        row.getObject("restored", Long.class),
        row.getString("error"));
  }

  /** When one of the account's runs last asked it to hold; null: not within the last minute. */
  static @Nullable Instant heldAt(Connection connection, String account) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(HELD)) {
      query.setString(1, account);
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? RunRow.moment(row, "at") : null;
      }
    }
  }
}
