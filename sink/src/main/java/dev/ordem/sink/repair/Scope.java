package dev.ordem.sink.repair;

import dev.ordem.contract.OrderKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One account in one partition, and the connection on which it is compared. */
record Scope(Connection connection, String account, int partition) {
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

  /** Writes the partition that orders belong to where the table says otherwise. */
  static void stamp(
      Connection connection, String table, String id, String account, List<Long> orders, int count)
      throws SQLException {
    Object[] partitions =
        orders.stream()
            .map(order -> TopicReader.partition(new OrderKey(account, order), count))
            .toArray();
    String sql =
        "UPDATE "
            + table
            + " t SET partition = v.p FROM unnest(?::bigint[], ?::int[]) v (id, p)"
            + " WHERE t.account = ? AND t."
            + id
            + " = v.id AND t.partition IS DISTINCT FROM v.p";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setArray(1, connection.createArrayOf("bigint", orders.toArray()));
      update.setArray(2, connection.createArrayOf("int", partitions));
      update.setString(3, account);
      update.executeUpdate();
    }
  }

  /** Rows put in by hand may name no partition, and would be compared with none. */
  static void stampAll(
      Connection connection, String table, String id, String condition, String account, int count)
      throws SQLException {
    String sql =
        "SELECT DISTINCT "
            + id
            + " FROM "
            + table
            + " WHERE account = ? AND partition IS NULL"
            + condition
            + " AND "
            + id
            + " > 0 LIMIT "
            + PAGE;
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, account);
      for (List<Long> page = ids(query); !page.isEmpty(); page = ids(query)) {
        stamp(connection, table, id, account, page, count);
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
}
