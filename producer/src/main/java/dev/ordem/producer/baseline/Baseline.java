package dev.ordem.producer.baseline;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.HeaderEvent.BaselineOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topics;
import dev.ordem.producer.runs.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes to {@code os-headers} what Postgres knows of an account's orders, a record for each, and a
 * marker behind them in every partition. Never holds more than some hundred orders in memory.
 */
final class Baseline {
  private static final int BATCH = 500;

  private static final String STAMP =
      """
      UPDATE %s AS t SET partition = v.partition FROM unnest(?, ?) AS v (id, partition)
      WHERE t.account = ? AND t.%s = v.id AND t.partition IS DISTINCT FROM v.partition
      """;

  private static final String GO_ON =
      """
      UPDATE tiny_quota q SET asked_most = known.latest
      FROM (SELECT max(greatest(header_seen_at, detail_fetched_at, removed_at))
          + interval '1 microsecond' AS latest
        FROM os WHERE account = ?
          AND greatest(header_seen_at, detail_fetched_at, removed_at)
            < greatest(now(), ?) + interval '90 minutes') AS known
      WHERE q.account = ? AND known.latest > coalesce(q.asked_most, '-infinity')
      """;

  private final DataSource source;
  private final RecordWriter kafka;

  Baseline(DataSource source, RecordWriter kafka) {
    this.source = source;
    this.kafka = kafka;
  }

  /** Writes rows' partitions, as the key of each order says. */
  void stamp(String account, int partitions) throws SQLException {
    String ids =
        "SELECT id FROM os WHERE account = ? UNION SELECT os_id FROM os_status_history"
            + " WHERE account = ? UNION SELECT os_id FROM os_refused WHERE account = ?";
    try (Connection reading = source.getConnection();
        Connection writing = source.getConnection()) {
      stream(
          reading,
          ids,
          account,
          row -> row.getLong(1),
          batch -> {
            Long[] all = batch.toArray(Long[]::new);
            Integer[] places =
                batch.stream()
                    .map(id -> OrderPartitioner.of(new OrderKey(account, id), partitions))
                    .toArray(Integer[]::new);
            Sql.update(writing, STAMP.formatted("os", "id"), all, places, account);
            for (String table : List.of("os_status_history", "os_refused")) {
              Sql.update(writing, STAMP.formatted(table, "os_id"), all, places, account);
            }
          });
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing is waited for here", e);
    }
  }

  /**
   * Removes what a ledger was about to do, which may be lost with it: nobody would ever say that it
   * is done. One that still knows tells it again with the baseline.
   */
  void forgetWork(String account) throws SQLException {
    try (Connection writing = source.getConnection()) {
      Sql.update(
          writing,
          "WITH forgets AS MATERIALIZED (SELECT set_config('ordem.forgets', 'on', true))"
              + " DELETE FROM os_sync_queue USING forgets WHERE account = ? AND state <> 'SETTLED'",
          account);
    }
  }

  /**
   * What is told of a call from now on is later than what its rows show. They may be newer than the
   * row that remembers what was told: a sink has just brought them up to what the topics know.
   *
   * @param host what this host's clock shows: the database's may be behind
   */
  void goOnFromLatest(String account, Instant host) throws SQLException {
    try (Connection writing = source.getConnection()) {
      Sql.update(writing, GO_ON, account, host, account);
    }
  }

  /** Returns when all of it is acknowledged, with the number of orders. */
  long write(String account, UUID generation, int partitions, Instant now)
      throws SQLException, InterruptedException {
    BaselineRows rows = new BaselineRows(account, generation, now);
    long[] written = {0};
    try (Connection reading = source.getConnection()) {
      stream(
          reading,
          BaselineRows.SQL,
          account,
          rows::read,
          batch -> {
            send(batch);
            written[0] += batch.size();
          });
    }
    HeaderEvent.Baselined end = new HeaderEvent.Baselined(account, generation, now);
    kafka.write(
        IntStream.range(0, partitions)
            .mapToObj(partition -> Topics.OS_HEADERS.record(partition, end.markerKey(), end))
            .toList());
    return written[0];
  }

  private void send(List<BaselineOrder> orders) throws InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records = orders.stream().map(Baseline::record).toList();
    List<ProducerRecord<byte[], byte[]>> tooLarge = kafka.write(records);
    if (!tooLarge.isEmpty()) {
      kafka.write(
          IntStream.range(0, records.size())
              .filter(i -> tooLarge.contains(records.get(i)))
              .mapToObj(i -> record(BaselineRows.smaller(orders.get(i))))
              .toList());
    }
  }

  private static ProducerRecord<byte[], byte[]> record(BaselineOrder order) {
    return Topics.OS_HEADERS.record(order.key().toString(), order);
  }

  /** Reads rows in batches; every parameter of {@code sql} is the account. */
  private static <T> void stream(
      Connection connection, String sql, String account, Sql.Row<T> row, Batch<T> batch)
      throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setFetchSize(BATCH);
      Object[] parameters = new Object[query.getParameterMetaData().getParameterCount()];
      Arrays.fill(parameters, account);
      Sql.bind(query, parameters);
      List<T> read = new ArrayList<>();
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          read.add(row.read(rows));
          if (read.size() == BATCH) {
            batch.take(read);
            read.clear();
          }
        }
      }
      batch.take(read);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  @FunctionalInterface
  private interface Batch<T> {
    void take(List<T> rows) throws SQLException, InterruptedException;
  }
}
