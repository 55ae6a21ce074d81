package dev.ordem.sink.repair;

import dev.ordem.contract.OrderKey;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One account in one partition, and the connection on which it is compared. */
record ComparisonScope(Connection connection, String account, int partition) {
  private static final int PAGE = 10_000;

  /** Statements without parameters. */
  void run(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A statement whose first parameters are account and partition. */
  int update(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, account);
      statement.setInt(2, partition);
      return statement.executeUpdate();
    }
  }

  /** The orders of a query whose first parameters are account and partition. */
  List<Long> orders(String sql) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, account);
      query.setInt(2, partition);
      return ids(query);
    }
  }

  /** Of what a poll brought, the orders of a query that asks for what the table does not hold. */
  Set<Long> notHeld(String sql, Array orders, Array versions) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setArray(1, orders);
      query.setArray(2, versions);
      query.setString(3, account);
      query.setInt(4, partition);
      query.setString(5, account);
      return Set.copyOf(ids(query));
    }
  }

  /**
   * Writes the partitions that orders belong to where the table says otherwise.
   *
   * @return partitions that have rows now which they had not
   */
  static Set<Integer> stamp(
      Connection connection, Rows rows, String account, List<Long> orders, int count)
      throws SQLException {
    Object[] partitions =
        orders.stream()
            .map(order -> TopicReader.partition(new OrderKey(account, order), count))
            .toArray();
    String sql =
        "UPDATE %s t SET partition = v.p FROM unnest(?::bigint[], ?::int[]) v (id, p)"
            + " WHERE t.account = ? AND t.%s = v.id AND t.partition IS DISTINCT FROM v.p"
            + " RETURNING t.partition";
    try (PreparedStatement update =
        connection.prepareStatement(sql.formatted(rows.table(), rows.id()))) {
      update.setArray(1, connection.createArrayOf("bigint", orders.toArray()));
      update.setArray(2, connection.createArrayOf("int", partitions));
      update.setString(3, account);
      Set<Integer> moved = new HashSet<>();
      ids(update).forEach(partition -> moved.add(partition.intValue()));
      return moved;
    }
  }

  /** Rows put in by hand may name no partition, and would be compared with none. */
  static void stampAll(Connection connection, Rows rows, String account, int count)
      throws SQLException {
    String sql =
        "SELECT DISTINCT %2$s FROM %1$s WHERE account = ? AND partition IS NULL AND %2$s > 0%3$s"
            + " LIMIT "
            + PAGE;
    try (PreparedStatement query =
        connection.prepareStatement(sql.formatted(rows.table(), rows.id(), rows.condition()))) {
      query.setString(1, account);
      for (List<Long> page = ids(query); !page.isEmpty(); page = ids(query)) {
        stamp(connection, rows, account, page, count);
      }
    }
  }

  private static List<Long> ids(PreparedStatement query) throws SQLException {
    List<Long> ids = new ArrayList<>();
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  /**
   * Rows of orders.
   *
   * @param id column of the order
   * @param condition which of them count
   */
  record Rows(String table, String id, String condition) {}
}
