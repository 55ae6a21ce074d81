package dev.ordem.producer.certificate;

import dev.ordem.contract.AccountRecords;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.LedgerReport;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Names what differs between the topics and Postgres, where their numbers say that something does:
 * orders, status changes, and what is known of runs. It reads the topics of the partitions that
 * differ, into temporary tables, and lets Postgres compare. What is on its way meanwhile is named,
 * too. Thread safe.
 */
public final class Differences {
  /** Most that is named of a kind. */
  static final int MOST = 20;

  private static final String TABLES =
      """
      CREATE TEMPORARY TABLE named_os (id bigint, revision bigint, source_offset bigint)
        ON COMMIT DROP;
      CREATE TEMPORARY TABLE named_change (id bigint, sequence bigint, from_situacao int,
        to_situacao int) ON COMMIT DROP;
      CREATE TEMPORARY TABLE named_progress (id text, partition int, source_offset bigint,
        gone boolean) ON COMMIT DROP
      """;

  private static final String ORDERS =
      """
      WITH told AS (SELECT DISTINCT ON (id) id, revision FROM named_os
          ORDER BY id, source_offset DESC),
        stored AS (SELECT id, revision FROM os
          WHERE account = ? AND partition = ANY (?) AND removed_at IS NULL),
        both_sides AS (SELECT id, t.revision AS told, s.revision AS stored
          FROM (SELECT * FROM told WHERE revision IS NOT NULL) t FULL JOIN stored s USING (id)
          WHERE t.revision IS DISTINCT FROM s.revision)
      SELECT CASE WHEN stored IS NULL THEN 'MISSING' WHEN told IS NULL THEN 'UNKNOWN'
          ELSE 'DIFFERENT' END AS how, id::text AS name, id AS place, 0::bigint AS sequence
      FROM both_sides
      """;

  private static final String CHANGES =
      """
      WITH told AS (SELECT DISTINCT ON (id, sequence) * FROM named_change ORDER BY id, sequence),
        stored AS (SELECT os_id AS id, sequence, from_situacao, to_situacao FROM os_status_history
          WHERE account = ? AND partition = ANY (?)),
        both_sides AS (SELECT id, sequence, t.to_situacao AS told, s.to_situacao AS stored
          FROM told t FULL JOIN stored s USING (id, sequence)
          WHERE (t.from_situacao, t.to_situacao)
            IS DISTINCT FROM (s.from_situacao, s.to_situacao))
      SELECT CASE WHEN stored IS NULL THEN 'MISSING' WHEN told IS NULL THEN 'UNKNOWN'
          ELSE 'DIFFERENT' END AS how, id || ':' || sequence AS name, id AS place, sequence
      FROM both_sides
      """;

  private static final String PROGRESS =
      """
      WITH told AS (SELECT DISTINCT ON (id, partition) * FROM named_progress
          ORDER BY id, partition, source_offset DESC),
        stored AS (SELECT run_id::text AS id, partition, source_topic, source_offset
            FROM sync_run_progress WHERE account = ? AND partition = ANY (?)
          UNION ALL SELECT 'certificate', partition, source_topic, source_offset
            FROM account_certificate WHERE account = ? AND partition = ANY (?))
      SELECT CASE WHEN s.id IS NULL THEN 'MISSING' ELSE 'DIFFERENT' END AS how,
        t.id || ':' || t.partition AS name, t.partition::bigint AS place, 0::bigint AS sequence
      FROM told t LEFT JOIN stored s USING (id, partition)
      WHERE NOT t.gone AND (s.id IS NULL OR s.source_offset < t.source_offset
        OR s.source_topic < (SELECT number FROM sink_topic WHERE topic = 'sync-run-progress'))
      """;

  private final DataSource database;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Duration patience;

  /**
   * Does no I/O.
   *
   * @param consumers of no group, that see what is committed only; each is closed after use
   * @param patience after which it is given up
   */
  public Differences(
      DataSource database, Supplier<Consumer<byte[], byte[]>> consumers, Duration patience) {
    this.database = database;
    this.consumers = consumers;
    this.patience = patience;
  }

  /**
   * What differs.
   *
   * @param trouble why nothing can be named; null: all that differs is counted
   */
  public record Found(List<Kind> kinds, @Nullable String trouble) {
    /** Copies the list. */
    public Found {
      kinds = List.copyOf(kinds);
    }
  }

  /**
   * One kind of difference.
   *
   * @param table {@code os}, {@code os_status_history} or {@code sync_run_progress}
   * @param how MISSING: the topic holds it, Postgres does not; UNKNOWN: the other way round;
   *     DIFFERENT: they do not hold the same
   * @param count how many
   * @param ids of the first 20: of orders, {@code order:sequence} of changes, {@code run:partition}
   *     of progress, where {@code certificate} stands for the account's own
   */
  public record Kind(String table, String how, long count, List<String> ids) {
    /** Copies the list. */
    public Kind {
      ids = List.copyOf(ids);
    }
  }

  /** Looks at these partitions, of {@code account}. */
  public Found of(String account, SortedSet<Integer> partitions)
      throws SQLException, InterruptedException {
    if (partitions.isEmpty()) {
      return new Found(List.of(), null);
    }
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      try {
        statement.execute(TABLES);
        new Reader(connection, account, partitions, System.nanoTime() + patience.toNanos()).read();
        statement.execute("ANALYZE named_os, named_change, named_progress");
        return new Found(compare(connection, account, partitions), null);
      } catch (KafkaException e) {
        return new Found(List.of(), "the topics cannot be read: " + e.getMessage());
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private static List<Kind> compare(
      Connection connection, String account, SortedSet<Integer> partitions) throws SQLException {
    List<Kind> kinds = new ArrayList<>();
    Object[] where = {account, connection.createArrayOf("integer", partitions.toArray())};
    kinds.addAll(kinds(connection, "os", ORDERS, where));
    kinds.addAll(kinds(connection, "os_status_history", CHANGES, where));
    Object[] twice = {where[0], where[1], where[0], where[1]};
    kinds.addAll(kinds(connection, "sync_run_progress", PROGRESS, twice));
    return kinds;
  }

  private static List<Kind> kinds(
      Connection connection, String table, String sql, Object... parameters) throws SQLException {
    String named =
        "SELECT how, count(*) AS of_all, (array_agg(name ORDER BY place, sequence, name))[1:"
            + MOST
            + "] AS names FROM ("
            + sql
            + ") AS differing GROUP BY how ORDER BY how";
    List<Kind> kinds = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(named)) {
      for (int i = 0; i < parameters.length; i++) {
        query.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          List<String> ids = List.of((String[]) row.getArray("names").getArray());
          kinds.add(new Kind(table, row.getString("how"), row.getLong("of_all"), ids));
        }
      }
    }
    return kinds;
  }

  /** Puts what the topics hold into the temporary tables. */
  private final class Reader {
    private final Connection connection;
    private final String account;
    private final SortedSet<Integer> partitions;
    private final long until;

    Reader(Connection connection, String account, SortedSet<Integer> partitions, long until) {
      this.connection = connection;
      this.account = account;
      this.partitions = partitions;
      this.until = until;
    }

    void read() throws SQLException, InterruptedException {
      try (AccountRecords topics = new AccountRecords(consumers.get())) {
        var ofOrders = AccountRecords.ofOrders(account);
        topics.read(Topics.OS_ENRICHED, partitions, ofOrders, put("named_os", 3, this::order));
        topics.read(
            Topics.OS_STATUS_CHANGES, partitions, ofOrders, put("named_change", 4, this::change));
        topics.read(
            Topics.SYNC_RUN_PROGRESS,
            partitions,
            Objects::nonNull,
            put("named_progress", 4, this::progress));
      }
    }

    private AccountRecords.Reading<SQLException> put(String table, int columns, Row row) {
      String marks = String.join(", ", IntStream.range(0, columns).mapToObj(i -> "?").toList());
      return records -> {
        if (System.nanoTime() - until > 0) {
          throw new KafkaException("it takes more than " + patience.toSeconds() + " s");
        }
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
          for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
              add(insert, row.of(record));
            } catch (NewerSchemaException e) {
              throw e; // it is in no DLQ: nobody has read over it
            } catch (SerializationException | IllegalArgumentException e) {
              // No sink could read it either: it is in the DLQ.
            }
          }
          insert.executeBatch();
        }
      };
    }

    private static void add(PreparedStatement insert, @Nullable Object @Nullable [] values)
        throws SQLException {
      if (values != null) {
        for (int i = 0; i < values.length; i++) {
          insert.setObject(i + 1, values[i]);
        }
        insert.addBatch();
      }
    }

    private @Nullable Object[] order(ConsumerRecord<byte[], byte[]> record) {
      EnrichedOrder order = Topics.OS_ENRICHED.value(record);
      long id = OrderKey.parse(Topics.OS_ENRICHED.key(record)).osId();
      return new @Nullable Object[] {id, order == null ? null : order.revision(), record.offset()};
    }

    private @Nullable Object @Nullable [] change(ConsumerRecord<byte[], byte[]> record) {
      StatusChange change = Topics.OS_STATUS_CHANGES.value(record);
      return change == null
          ? null
          : new @Nullable Object[] {change.osId(), change.sequence(), change.from(), change.to()};
    }

    private @Nullable Object @Nullable [] progress(ConsumerRecord<byte[], byte[]> record) {
      int partition = record.partition();
      LedgerReport progress = Topics.SYNC_RUN_PROGRESS.value(record);
      if (progress != null && progress.account().equals(account)) {
        String id = progress instanceof RunProgress run ? run.runId() + "" : "certificate";
        return new @Nullable Object[] {id, partition, record.offset(), false};
      }
      String key = Topics.SYNC_RUN_PROGRESS.key(record);
      int colon = key.lastIndexOf(':');
      return record.value() != null || colon < 0
          ? null
          : new @Nullable Object[] {key.substring(0, colon), partition, record.offset(), true};
    }
  }

  @FunctionalInterface
  private interface Row {
    @Nullable Object @Nullable [] of(ConsumerRecord<byte[], byte[]> record);
  }
}
