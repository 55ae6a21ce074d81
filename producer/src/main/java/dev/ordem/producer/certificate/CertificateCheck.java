package dev.ordem.producer.certificate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the ledger holds of an account now with what Postgres holds, as anybody could: rows
 * that Postgres refused, or that the ledger does not know, are differences here. What is on its way
 * while it looks is a difference, too; look again. Costs about 2 s of Postgres' time for a million
 * orders. Thread safe.
 */
public final class CertificateCheck {
  private static final int MOST = 100;
  private static final String SET_ASIDE =
      """
      SELECT table_name, os_id, sequence, state, cause, partition, count(*) OVER () AS of_all
      FROM os_refused WHERE account = ? ORDER BY os_id, table_name, sequence LIMIT ?
      """;

  private final DataSource database;

  public CertificateCheck(DataSource database) {
    this.database = database;
  }

  /**
   * What was found.
   *
   * @param generation the account's present one; null: none has begun, and nothing is equal
   * @param equal whether both sides hold the same, in every partition, and nothing is set aside
   * @param unplaced rows of Postgres that stand in no partition
   * @param setAside how many rows Postgres refused or the ledger does not know
   * @param rows the first 100 of those
   * @param comparedAt by the database's clock
   */
  public record Result(
      String account,
      @Nullable UUID generation,
      boolean equal,
      List<Side> partitions,
      long unplaced,
      long setAside,
      List<Row> rows,
      Instant comparedAt) {
    /** Copies the lists. */
    public Result {
      partitions = List.copyOf(partitions);
      rows = List.copyOf(rows);
    }
  }

  /**
   * Both sides of a partition.
   *
   * @param ledger its certificate; null: there is none of the present generation
   */
  public record Side(
      int partition, boolean equal, @Nullable PartitionDigest ledger, PartitionDigest postgres) {}

  /**
   * A row set aside.
   *
   * @param table {@code os}, {@code os_status_history} or {@code os_sync_queue}
   * @param state REFUSED: Postgres did not take it; EXTRA: the ledger does not know it
   */
  public record Row(
      String table, long osId, long sequence, String state, String cause, int partition) {}

  private record SetAside(long count, List<Row> rows) {}

  /** Compares, all in one snapshot. */
  public Result of(String account) throws SQLException {
    return Snapshot.of(database, connection -> of(connection, account));
  }

  private static Result of(Connection connection, String account) throws SQLException {
    AccountGeneration generation = LedgerCertificates.generation(connection, account);
    SortedMap<Integer, LedgerCertificate> certificates = LedgerCertificates.of(connection, account);
    int count = generation == null ? 0 : generation.partitions();
    SortedSet<Integer> partitions =
        IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
    PostgresDigests sums = new PostgresDigests(connection, account);
    Map<Integer, PartitionDigest> postgres = sums.everything(partitions);
    List<Side> sides = new ArrayList<>();
    for (Integer partition : partitions) {
      LedgerCertificate certificate = certificates.get(partition);
      PartitionDigest there = postgres.getOrDefault(partition, PartitionDigest.NONE);
      sides.add(side(partition, generation, certificate, there));
    }
    long unplaced = sums.unplaced(count);
    SetAside aside = setAside(connection, account);
    boolean equal =
        generation != null
            && unplaced == 0
            && aside.count() == 0
            && sides.stream().allMatch(Side::equal);
    UUID id = generation == null ? null : generation.id();
    Instant now = Snapshot.now(connection);
    return new Result(account, id, equal, sides, unplaced, aside.count(), aside.rows(), now);
  }

  private static Side side(
      int partition,
      @Nullable AccountGeneration generation,
      @Nullable LedgerCertificate certificate,
      PartitionDigest postgres) {
    PartitionDigest ledger = null;
    if (certificate != null
        && generation != null
        && generation.id().equals(certificate.generation())) {
      ledger = certificate.numbers();
    }
    return new Side(partition, postgres.equals(ledger), ledger, postgres);
  }

  private static SetAside setAside(Connection connection, String account) throws SQLException {
    List<Row> rows = new ArrayList<>();
    long count = 0;
    try (PreparedStatement query = connection.prepareStatement(SET_ASIDE)) {
      query.setString(1, account);
      query.setInt(2, MOST);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          count = row.getLong("of_all");
          rows.add(
              new Row(
                  row.getString("table_name"),
                  row.getLong("os_id"),
                  row.getLong("sequence"),
                  row.getString("state"),
                  row.getString("cause"),
                  row.getInt("partition")));
        }
      }
    }
    return new SetAside(count, rows);
  }
}
