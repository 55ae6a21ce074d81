package dev.ordem.producer.certificate;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Postgres holds of an account, partition by partition, in a certificate's numbers. All of a
 * comparison is read in the caller's transaction, which must be a snapshot.
 *
 * <p>The sums run over all rows and are read from indexes alone, which hold the checksum of each
 * row. Rows of {@code os_refused} are few; they are summed by themselves and taken out of both
 * sides, so that the sums stay cheap.
 */
public final class PostgresDigests {
  private static final String OF_ORDER = "bit_xor(os_checksum(o.id, o.revision))";
  private static final String OF_CHANGE =
      "bit_xor(os_change_checksum(h.os_id, h.sequence, h.from_situacao, h.to_situacao))";
  private static final String ORDERS =
      """
      SELECT o.partition, count(*), %s FROM os o
      WHERE o.account = ? AND o.partition = ANY (?) AND o.removed_at IS NULL GROUP BY o.partition
      """;
  private static final String CHANGES =
      """
      SELECT h.partition, count(*), %s FROM os_status_history h
      WHERE h.account = ? AND h.partition = ANY (?) GROUP BY h.partition
      """;
  private static final String REFUSED_ORDERS =
      """
      SELECT o.partition, count(*), %s FROM os_refused r
      JOIN os o ON o.account = r.account AND o.id = r.os_id
      WHERE r.account = ? AND o.partition = ANY (?) AND r.table_name = 'os'
        AND o.removed_at IS NULL GROUP BY o.partition
      """;
  private static final String REFUSED_CHANGES =
      """
      SELECT h.partition, count(*), %s FROM os_refused r
      JOIN os_status_history h
        ON h.account = r.account AND h.os_id = r.os_id AND h.sequence = r.sequence
      WHERE r.account = ? AND h.partition = ANY (?) AND r.table_name = 'os_status_history'
      GROUP BY h.partition
      """;

  /** What the ledger counts and Postgres refused. */
  private static final String REFUSED_LEDGER =
      """
      SELECT partition, count(*), bit_xor(checksum) FROM os_refused
      WHERE account = ? AND partition = ANY (?) AND checksum IS NOT NULL AND table_name = '%s'
      GROUP BY partition
      """;

  /** Rows that no certificate covers; each condition is a range of the index. */
  private static final String UNPLACED =
      """
      SELECT (SELECT count(*) FROM os WHERE account = ? AND partition IS NULL
                AND removed_at IS NULL)
        + (SELECT count(*) FROM os WHERE account = ? AND partition >= ? AND removed_at IS NULL)
        + (SELECT count(*) FROM os_status_history WHERE account = ? AND partition IS NULL)
        + (SELECT count(*) FROM os_status_history WHERE account = ? AND partition >= ?)
      """;

  private final Connection connection;
  private final String account;

  /** Reads in the transaction of {@code connection}. */
  public PostgresDigests(Connection connection, String account) {
    this.connection = connection;
    this.account = account;
  }

  /** What Postgres holds, without refused rows. */
  public Map<Integer, PartitionDigest> sums(Collection<Integer> partitions) throws SQLException {
    Map<Integer, PartitionDigest> all = everything(partitions);
    Map<Integer, PartitionDigest> out =
        both(
            read(REFUSED_ORDERS.formatted(OF_ORDER), partitions),
            read(REFUSED_CHANGES.formatted(OF_CHANGE), partitions));
    Map<Integer, PartitionDigest> result = new HashMap<>();
    for (Integer partition : partitions) {
      PartitionDigest numbers = all.getOrDefault(partition, PartitionDigest.NONE);
      result.put(partition, numbers.minus(out.getOrDefault(partition, PartitionDigest.NONE)));
    }
    return result;
  }

  /** What Postgres holds, refused rows that are there in an older form included. */
  Map<Integer, PartitionDigest> everything(Collection<Integer> partitions) throws SQLException {
    fromIndexesAlone(connection, true);
    Map<Integer, PartitionDigest> all =
        both(read(ordersQuery(), partitions), read(changesQuery(), partitions));
    fromIndexesAlone(connection, false);
    return all;
  }

  /** What the ledger counts of refused rows: to be taken out of its numbers. */
  public Map<Integer, PartitionDigest> refused(Collection<Integer> partitions) throws SQLException {
    return both(
        read(REFUSED_LEDGER.formatted("os"), partitions),
        read(REFUSED_LEDGER.formatted("os_status_history"), partitions));
  }

  /** Rows in no partition below {@code partitions}. */
  public long unplaced(int partitions) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(UNPLACED)) {
      query.setString(1, account);
      query.setString(2, account);
      query.setInt(3, partitions);
      query.setString(4, account);
      query.setString(5, account);
      query.setInt(6, partitions);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /**
   * Sums over a table cost least from the index that holds all they need in the order of the
   * partitions. Postgres, left alone, may rather read the table. Compiling them costs more than it
   * saves, and no other work is to stand back for them.
   */
  static void fromIndexesAlone(Connection connection, boolean alone) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String way : List.of("seqscan", "bitmapscan", "hashagg", "sort")) {
        statement.addBatch("SET LOCAL enable_" + way + " = " + (alone ? "off" : "on"));
      }
      statement.addBatch("SET LOCAL jit = off");
      statement.addBatch("SET LOCAL max_parallel_workers_per_gather = 0");
      statement.executeBatch();
    }
  }

  /** The query that runs over all orders. */
  static String ordersQuery() {
    return ORDERS.formatted(OF_ORDER);
  }

  /** The query that runs over all status changes. */
  static String changesQuery() {
    return CHANGES.formatted(OF_CHANGE);
  }

  private static Map<Integer, PartitionDigest> both(
      Map<Integer, long[]> orders, Map<Integer, long[]> changes) {
    Map<Integer, PartitionDigest> result = new HashMap<>();
    orders.forEach((p, one) -> result.put(p, new PartitionDigest(one[0], one[1], 0, 0)));
    changes.forEach(
        (p, one) ->
            result.merge(p, new PartitionDigest(0, 0, one[0], one[1]), PartitionDigest::plus));
    return result;
  }

  private Map<Integer, long[]> read(String sql, Collection<Integer> partitions)
      throws SQLException {
    Map<Integer, long[]> result = new HashMap<>();
    Array array = connection.createArrayOf("integer", partitions.toArray());
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, account);
      query.setArray(2, array);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          result.put(rows.getInt(1), new long[] {rows.getLong(2), rows.getLong(3)});
        }
      }
    } finally {
      array.free();
    }
    return result;
  }
}
