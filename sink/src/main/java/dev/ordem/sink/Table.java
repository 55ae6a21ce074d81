package dev.ordem.sink;

import dev.ordem.contract.Event;
import dev.ordem.contract.Topic;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * How one topic becomes one table: rows are copied into a temporary table, and from there put in
 * place by one statement that skips what is not news.
 *
 * <p>News is what stands later in its partition, or, after a topic was made anew and its offsets
 * began again, what is later in time. So a record stored twice, or late by one that lost its
 * partition meanwhile, changes nothing.
 *
 * @param <V> what the topic carries
 */
abstract sealed class Table<V extends Event>
    permits OsTable, HistoryTable, QueueTable, RunTable, ProgressTable {
  private final Topic<V> topic;
  private final String name;
  private final List<String> key;
  private final List<String> columns;

  /**
   * @param key columns of the primary key, which come first in {@code columns}
   */
  Table(Topic<V> topic, String name, List<String> key, List<String> columns) {
    this.topic = topic;
    this.name = name;
    this.key = key;
    this.columns = columns;
  }

  /** Every column's value, in the order of the columns. */
  abstract void row(Change<V> change, V value, CopyText row);

  /** The key's values of a tombstone. */
  abstract void key(String key, CopyText row);

  /** Puts staged rows in place, and what was staged as gone away. */
  abstract List<String> statements();

  /** Of the changes of one batch, those that matter. */
  Collection<Change<V>> newest(List<Change<V>> changes) {
    Map<String, Change<V>> newest = new LinkedHashMap<>();
    changes.forEach(change -> newest.put(change.key(), change));
    return newest.values();
  }

  final Topic<V> topic() {
    return topic;
  }

  final String name() {
    return name;
  }

  final Change<V> read(ConsumerRecord<byte[], byte[]> record) {
    Change<V> change = new Change<>(this, topic.key(record), topic.value(record), record);
    if (change.value() == null) {
      key(change.key(), new CopyText());
    }
    return change;
  }

  /** Once for each connection; afterwards harmless. */
  final void prepare(Statement statement) throws SQLException {
    String temporary = "CREATE TEMPORARY TABLE IF NOT EXISTS ";
    String like = " ON COMMIT DELETE ROWS AS SELECT ";
    String empty = " WITH NO DATA";
    statement.execute(temporary + stage() + like + list(columns) + " FROM " + name + empty);
    statement.execute(
        temporary
            + gone()
            + like
            + list(key)
            + ", now() AS at, 0::bigint AS source_offset FROM "
            + name
            + empty);
  }

  /**
   * Writes within the caller's transaction.
   *
   * @return how many rows changed
   */
  final int write(Connection connection, List<Change<?>> batch) throws SQLException {
    CopyText rows = new CopyText();
    CopyText goneRows = new CopyText();
    for (Change<V> change : newest(mine(batch))) {
      @Nullable V value = change.value();
      if (value == null) {
        key(change.key(), goneRows);
        goneRows.put(change.at()).put(change.offset()).end();
      } else {
        row(change, value, rows);
        rows.end();
      }
    }
    copy(connection, stage() + " (" + list(columns) + ")", rows);
    copy(connection, gone(), goneRows);
    if (rows.rows() + goneRows.rows() == 0) {
      return 0;
    }
    int changed = 0;
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements()) {
        changed += statement.executeUpdate(sql);
      }
    }
    return changed;
  }

  final String stage() {
    return "stage_" + name;
  }

  final String gone() {
    return "gone_" + name;
  }

  /** {@code INSERT … SELECT} of what was staged, in the order of the key, so as not to deadlock. */
  final String insert() {
    return "INSERT INTO "
        + name
        + " AS t ("
        + list(columns)
        + ") SELECT "
        + list(columns)
        + " FROM "
        + stage()
        + " ORDER BY "
        + list(key);
  }

  /** The insert, which overwrites what is there if {@code condition} holds. */
  final String upsert(String condition) {
    StringBuilder sql = new StringBuilder(insert());
    sql.append(" ON CONFLICT (").append(list(key)).append(") DO UPDATE SET ");
    String separator = "";
    for (String column : columns.subList(key.size(), columns.size())) {
      sql.append(separator).append(column).append(" = ").append(overwrite(column));
      separator = ", ";
    }
    return sql.append(" WHERE ").append(condition).toString();
  }

  /** What a column becomes when a newer row overwrites an older one. */
  String overwrite(String column) {
    return "excluded." + column;
  }

  /** Deletes what a newer tombstone stands for. */
  final String delete() {
    StringBuilder sql =
        new StringBuilder("DELETE FROM " + name + " t USING " + gone() + " g WHERE ");
    key.forEach(
        column -> sql.append("t.").append(column).append(" = g.").append(column).append(" AND "));
    return sql + "(g.source_offset > t.source_offset OR g.at > t.updated_at)";
  }

  private List<Change<V>> mine(List<Change<?>> batch) {
    List<Change<V>> mine = new ArrayList<>();
    for (Change<?> change : batch) {
      if (change.table() == this) {
        @SuppressWarnings("unchecked") // a change names the table that made it, and so its type
        Change<V> own = (Change<V>) change;
        mine.add(own);
      }
    }
    return mine;
  }

  private static String list(List<String> columns) {
    return String.join(", ", columns);
  }

  private static void copy(Connection connection, String into, CopyText rows) throws SQLException {
    if (rows.rows() == 0) {
      return;
    }
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY " + into + " FROM STDIN", new ByteArrayInputStream(rows.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read from memory", e);
    }
  }
}
