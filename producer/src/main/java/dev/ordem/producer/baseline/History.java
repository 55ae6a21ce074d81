package dev.ordem.producer.baseline;

import dev.ordem.contract.AccountRecords;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import dev.ordem.producer.runs.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells again on {@code os-status-changes} what Postgres knows of an account's transitions and the
 * topic does not: each under the id that it has, marked {@link StatusChange#RETOLD}.
 *
 * <p>Postgres is looked at first and the topic then, so that what a sink stored meanwhile stands in
 * the topic. What the ledger itself told of an order begins somewhere; only what lies before that
 * is told again, so that a row which somebody put into Postgres is not; and what lies behind the
 * last one, where Kafka turned out to be an older copy of itself. What a producer that died had
 * told again already counts as told. What Postgres refused is told too, so that it can be tried
 * again.
 */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final int BATCH = 500;

  private static final String TOLD =
      """
      CREATE TEMPORARY TABLE baseline_told (os_id bigint, sequence bigint, again boolean)
      ON COMMIT DROP
      """;

  private static final String NOTE =
      "INSERT INTO baseline_told SELECT v.id, v.sequence, ? FROM unnest(?, ?) v (id, sequence)";

  /** A transition that Postgres refused stands in {@code os_refused} as it was in the topic. */
  private static final String UNTOLD =
      """
      SELECT c.* FROM (
          SELECT id, account, os_id, sequence, previous_sequence, from_situacao, to_situacao,
            seen_before, seen_at, source, run_id, false AS refused, NULL AS excerpt
          FROM os_status_history h
          WHERE NOT EXISTS (SELECT FROM os_refused r WHERE r.table_name = 'os_status_history'
            AND r.state = 'EXTRA' AND r.account = h.account AND r.os_id = h.os_id
            AND r.sequence = h.sequence)
        UNION ALL
          SELECT NULL, account, os_id, sequence, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true,
            excerpt
          FROM os_refused WHERE table_name = 'os_status_history' AND state = 'REFUSED') AS c
        LEFT JOIN (SELECT os_id, min(sequence) FILTER (WHERE NOT again) AS sequence,
            max(sequence) AS last
          FROM baseline_told GROUP BY os_id) AS first ON first.os_id = c.os_id
      WHERE c.account = ? AND (first.sequence IS NULL OR c.sequence < first.sequence
          OR ? AND c.sequence > first.last)
        AND NOT EXISTS (SELECT FROM baseline_told t
          WHERE t.os_id = c.os_id AND t.sequence = c.sequence)
      ORDER BY c.os_id, c.sequence
      """;

  private static final String FORGET =
      "DELETE FROM os_refused WHERE table_name = 'os_status_history' AND state = 'REFUSED'"
          + " AND account = ? AND os_id = ? AND sequence = ?";

  private final DataSource source;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RecordWriter kafka;

  /**
   * Does no I/O.
   *
   * @param consumers of no group, that see what is committed only
   */
  History(DataSource source, Supplier<Consumer<byte[], byte[]>> consumers, RecordWriter kafka) {
    this.source = source;
    this.consumers = consumers;
    this.kafka = kafka;
  }

  /**
   * Returns when all of it is acknowledged, with the number of transitions.
   *
   * @param lostLast the topic may have lost those that were told last: they are told again, too
   */
  long tellAgain(String account, int partitions, boolean lostLast)
      throws SQLException, InterruptedException {
    try (Connection snapshot = source.getConnection()) {
      snapshot.setAutoCommit(false);
      try {
        Sql.update(snapshot, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        if (!known(snapshot, account)) {
          return 0;
        }
        Sql.update(snapshot, TOLD);
        note(snapshot, account, partitions);
        Sql.update(snapshot, "ANALYZE baseline_told");
        return tell(snapshot, account, lostLast);
      } finally {
        snapshot.rollback();
        snapshot.setAutoCommit(true);
      }
    }
  }

  /** The first look, at which the snapshot is taken. */
  private static boolean known(Connection snapshot, String account) throws SQLException {
    String sql =
        "SELECT EXISTS (SELECT FROM os_status_history WHERE account = ?)"
            + " OR EXISTS (SELECT FROM os_refused WHERE account = ?)";
    return Sql.list(snapshot, sql, row -> row.getBoolean(1), account, account).get(0);
  }

  /** Notes what the topic holds. */
  private void note(Connection snapshot, String account, int partitions)
      throws SQLException, InterruptedException {
    try (AccountRecords topic = new AccountRecords(consumers.get())) {
      topic.read(
          Topics.OS_STATUS_CHANGES,
          IntStream.range(0, partitions).boxed().toList(),
          AccountRecords.ofOrders(account),
          (AccountRecords.Reading<SQLException>)
              records -> {
                Noted noted = new Noted();
                records.forEach(noted::add);
                noted.write(snapshot);
              });
    }
  }

  /** In the order of each order's transitions. */
  private long tell(Connection snapshot, String account, boolean lostLast)
      throws SQLException, InterruptedException {
    long told = 0;
    try (PreparedStatement query = snapshot.prepareStatement(UNTOLD)) {
      query.setFetchSize(BATCH);
      Sql.bind(query, account, lostLast);
      try (ResultSet rows = query.executeQuery()) {
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        while (rows.next()) {
          StatusChange change = rows.getBoolean("refused") ? refused(rows) : change(rows);
          if (change == null) {
            forget(account, rows.getLong("os_id"), rows.getLong("sequence"));
            continue;
          }
          batch.add(record(change));
          told++;
          if (batch.size() == BATCH) {
            send(batch);
            batch.clear();
          }
        }
        send(batch);
      }
    }
    return told;
  }

  private void send(List<ProducerRecord<byte[], byte[]>> batch) throws InterruptedException {
    if (!kafka.write(batch).isEmpty()) {
      throw new KafkaException(Topics.OS_STATUS_CHANGES.name() + " takes no record of some bytes");
    }
  }

  private static ProducerRecord<byte[], byte[]> record(StatusChange change) {
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_STATUS_CHANGES.record(change.key().toString(), change);
    record.headers().add(StatusChange.RETOLD, "true".getBytes(StandardCharsets.UTF_8));
    return record;
  }

  /** Null if it was too long to be kept. */
  private static @Nullable StatusChange refused(ResultSet row) throws SQLException {
    String excerpt = row.getString("excerpt");
    try {
      return excerpt == null ? null : Topics.OS_STATUS_CHANGES.value(record(excerpt));
    } catch (SerializationException e) {
      return null;
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(Topics.OS_STATUS_CHANGES.name(), 0, 0, new byte[0], bytes);
  }

  /** No topic can bring it back; its sequence stays used, and it stays a resolved failure. */
  private void forget(String account, long id, long sequence) throws SQLException {
    LOG.warn(
        "{}: change {} of order {}, which Postgres refused, is lost with Kafka; see"
            + " import_failures_resolved",
        account,
        sequence,
        id);
    Sql.update(source, FORGET, account, id, sequence);
  }

  private static StatusChange change(ResultSet row) throws SQLException {
    Long from = Sql.number(row, "from_situacao");
    boolean detail = "detail".equals(row.getString("source"));
    return new StatusChange(
        row.getObject("id", UUID.class),
        row.getString("account"),
        row.getLong("os_id"),
        row.getLong("sequence"),
        Sql.number(row, "previous_sequence"),
        from == null ? null : Integer.valueOf(from.intValue()),
        row.getInt("to_situacao"),
        Sql.instant(row, "seen_before"),
        row.getTimestamp("seen_at").toInstant(),
        detail ? StatusChange.Source.DETAIL : StatusChange.Source.HEADER,
        row.getObject("run_id", UUID.class));
  }

  /** Transitions of one poll. */
  private static final class Noted {
    private final List<StatusChange> first = new ArrayList<>();
    private final List<StatusChange> again = new ArrayList<>();

    void add(ConsumerRecord<byte[], byte[]> record) {
      try {
        StatusChange change = Topics.OS_STATUS_CHANGES.value(record);
        boolean retold = record.headers().lastHeader(StatusChange.RETOLD) != null;
        if (change != null) {
          (retold ? again : first).add(change);
        }
      } catch (NewerSchemaException e) {
        throw e; // what it tells would be told twice
      } catch (SerializationException e) {
        // It tells nobody anything, and no sink stored it.
      }
    }

    void write(Connection snapshot) throws SQLException {
      write(snapshot, false, first);
      write(snapshot, true, again);
    }

    private static void write(Connection snapshot, boolean again, List<StatusChange> changes)
        throws SQLException {
      if (!changes.isEmpty()) {
        Long[] ids = changes.stream().map(StatusChange::osId).toArray(Long[]::new);
        Long[] sequences = changes.stream().map(StatusChange::sequence).toArray(Long[]::new);
        Sql.update(snapshot, NOTE, again, ids, sequences);
      }
    }
  }
}
