package dev.ordem.sink.tables;

import dev.ordem.contract.Event;
import dev.ordem.contract.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * How a topic, or those of its records whose keys it takes, becomes a table: rows are copied into a
 * temporary table, and from there put in place by one statement that skips what is not news.
 *
 * <p>News is what stands in a later topic of that name, whose offsets begin again, or later in its
 * partition, or, in a topic that lost its last records unnoticed, what is later in time. So a
 * record stored twice, or late by one that lost its partition meanwhile, changes nothing.
 *
 * @param <V> what its records carry
 */
public abstract sealed class Table<V extends Event>
    permits OsTable, HistoryTable, QueueTable, ProgressTable, CertificateTable {
  /** What is news to a table that keeps the last word. */
  static final String LATER =
      "excluded.source_topic > t.source_topic OR excluded.source_offset > t.source_offset"
          + " OR excluded.updated_at > t.updated_at";

  /** Rows are sent when there are so many characters of them. */
  private static final int CHUNK = 64 << 10;

  private final Topic<? super V> topic;
  private final Class<V> type;
  private final String name;
  private final List<String> key;
  private final List<String> columns;

  Table(Topic<? super V> topic, Class<V> type, String name, Columns columns) {
    this.topic = topic;
    this.type = type;
    this.name = name;
    this.key = columns.key();
    this.columns = Stream.of(columns.key(), columns.others()).flatMap(List::stream).toList();
  }

  /** Whether records of the topic with this key are its own. */
  boolean takes(String key) {
    return true;
  }

  /** The key under which this must stand in the topic. */
  abstract String keyOf(V value);

  /** Every column's value, in the order of the columns. */
  abstract void row(Change<V> change, V value, CopyText row);

  /** The key's values of a tombstone. */
  abstract void key(String key, CopyText row);

  /** Puts staged rows in place, and what was staged as gone away. */
  abstract List<String> statements();

  /** Forgets that rows were refused of which this or a newer one is staged. */
  List<String> heal() {
    return List.of();
  }

  /**
   * Of what is staged, here {@code s}, what stands behind a refused row {@code r}: as in {@link
   * #LATER}. An older record that is read again says nothing about a row that came after it.
   *
   * @param behind {@code >}, or {@code >=} where the row itself may be staged
   */
  final String later(String at, String behind) {
    return "(r.source_offset IS NULL OR "
        + number()
        + " > r.source_topic OR s.source_offset "
        + behind
        + " r.source_offset OR "
        + at
        + " > r.source_at)";
  }

  /** How the row stands in {@code os_refused} if Postgres refuses it; null: not at all. */
  RefusedRows.@Nullable Refusal refusal(V value) {
    return null;
  }

  /** Of the changes of one batch, those that matter. */
  Collection<Change<V>> newest(List<Change<V>> changes) {
    Map<String, Change<V>> newest = new LinkedHashMap<>();
    changes.forEach(change -> newest.put(change.key(), change));
    return newest.values();
  }

  final Topic<? super V> topic() {
    return topic;
  }

  final String name() {
    return name;
  }

  /** Which of the topics of its name is stored from. */
  final String number() {
    return number("'" + topic.name() + "'");
  }

  /**
   * Which of the topics of a name is stored from, in SQL.
   *
   * @param topic its name, as SQL has it
   */
  public static String number(String topic) {
    return "coalesce((SELECT number FROM sink_topic WHERE topic = " + topic + "), 0)";
  }

  private boolean knowsItsPlace() {
    return columns.contains("source_offset");
  }

  /**
   * Reads a record that has a key of this table's.
   *
   * @throws RuntimeException if it is not what the topic carries
   */
  final Change<V> read(String key, ConsumerRecord<byte[], byte[]> record) {
    Object value = topic.value(record);
    if (value == null) {
      key(key, new CopyText());
      return new Change<>(this, key, null, record);
    }
    if (!type.isInstance(value) || !key.equals(keyOf(type.cast(value)))) {
      throw new IllegalArgumentException("its value does not belong under the key \"" + key + "\"");
    }
    return new Change<>(this, key, type.cast(value), record);
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
            + ", now() AS at, 0::bigint AS source_offset"
            + (key.contains("partition") ? "" : ", 0 AS partition")
            + " FROM "
            + name
            + empty);
  }

  /**
   * Writes within the caller's transaction.
   *
   * @return how many rows changed
   */
  final int write(Connection connection, List<Change<?>> batch) throws SQLException {
    Collection<Change<V>> newest = newest(mine(batch));
    int rows =
        copy(
            connection,
            stage() + " (" + list(columns) + ")",
            newest.stream().filter(change -> change.value() != null).toList(),
            this::put);
    int goneRows =
        copy(
            connection,
            gone(),
            newest.stream().filter(change -> change.value() == null).toList(),
            this::putGone);
    return rows + goneRows == 0 ? 0 : place(connection);
  }

  private void put(Change<V> change, CopyText row) {
    @Nullable V value = change.value();
    if (value != null) {
      row(change, value, row);
    }
  }

  private void putGone(Change<V> change, CopyText row) {
    key(change.key(), row);
    row.putRequired(change.at()).put(change.offset());
    if (!key.contains("partition")) {
      row.put(change.partition());
    }
  }

  /**
   * Puts in place what is staged, if anything is.
   *
   * @return how many rows changed
   */
  final int place(Connection connection) throws SQLException {
    int changed = 0;
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements()) {
        changed += statement.executeUpdate(sql);
      }
      for (String sql : heal()) {
        statement.executeUpdate(sql);
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
        + (knowsItsPlace() ? ", source_topic" : "")
        + ") SELECT "
        + list(columns)
        + (knowsItsPlace() ? ", " + number() : "")
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
    if (knowsItsPlace()) {
      sql.append(separator).append("source_topic = excluded.source_topic");
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
    return sql
        + "("
        + number()
        + " > t.source_topic OR g.source_offset > t.source_offset OR g.at > t.updated_at)";
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

  /** Row by row, as all of them together may be large. */
  private int copy(
      Connection connection,
      String into,
      List<Change<V>> changes,
      BiConsumer<Change<V>, CopyText> put)
      throws SQLException {
    if (changes.isEmpty()) {
      return 0;
    }
    CopyIn copying =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + into + " FROM STDIN");
    try {
      CopyText text = new CopyText();
      for (Change<V> change : changes) {
        put.accept(change, text);
        text.end();
        if (text.length() >= CHUNK) {
          write(copying, text);
        }
      }
      write(copying, text);
      copying.endCopy();
    } finally {
      if (copying.isActive()) {
        copying.cancelCopy();
      }
    }
    return changes.size();
  }

  private static void write(CopyIn copying, CopyText text) throws SQLException {
    byte[] bytes = text.take();
    copying.writeToCopy(bytes, 0, bytes.length);
  }

  /**
   * What is written of a table, in the order of the rows.
   *
   * @param key columns of the primary key
   */
  record Columns(List<String> key, List<String> others) {}
}
