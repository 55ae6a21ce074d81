package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Rows as the sink writes them, for more orders than there is time to load: of {@code os} with a
 * payload of the usual size, of {@code os_status_history} one or two an order, and the ledger's
 * certificates of exactly these. The partition of a row is not that of its key, which no verdict
 * looks at.
 */
final class SyntheticOrders {
  private static final String ORDERS =
      """
      INSERT INTO os (account, id, numero, situacao, data, cliente_id, cliente_nome, tecnico,
        equipamento, total, marcadores, payload, details_synced, header_seen_at, detail_fetched_at,
        updated_at, revision, source_at, source_offset, partition)
      SELECT 'default', 800000000 + n, n::text, n %% 8, date '2020-01-01' + (n %% 2000)::int,
        n %% 50000, 'Cliente ' || n %% 50000, 'Tecnico ' || n %% 20, 'Equipamento ' || n %% 300,
        n %% 1000, CASE WHEN n %% 10 = 0 THEN ARRAY['garantia'] ELSE '{}' END,
        jsonb_build_object('id', n, 'situacao', (n %% 8)::text, 'numeroOrdemServico', n::text,
          'observacoes', repeat(md5(n::text) || ' ', 12), 'contato',
          jsonb_build_object('id', n %% 50000, 'nome', 'Cliente ' || n %% 50000, 'fone', md5(n::text))),
        true, now(), now(), now(), 1795728951269 + n %% 1000, now(), n, n %% 6
      FROM generate_series(1, %d) n
      """;
  private static final String CHANGES =
      """
      INSERT INTO os_status_history (account, os_id, sequence, id, from_situacao, to_situacao,
        seen_at, source, partition, previous_sequence)
      SELECT 'default', 800000000 + n, s, gen_random_uuid(), CASE WHEN s > 1 THEN 0 END, n %% 8,
        now(), 'HEADER', n %% 6, nullif(s - 1, 0)
      FROM generate_series(1, %d) n, generate_series(1, CASE WHEN n %% 3 = 0 THEN 2 ELSE 1 END) s
      """;
  private static final String CERTIFICATES =
      """
      INSERT INTO account_certificate (account, partition, generation, version, orders, orders_xor,
        changes, changes_xor, by_situacao, suspects, audited, missed, updated_at, source_offset)
      SELECT 'default', o.partition, (SELECT id FROM generation), 1, o.orders, o.checksum,
        h.changes, h.checksum, '{}', 0, 0, 0, now(), 1000
      FROM (SELECT partition, count(*) AS orders,
          bit_xor(('x' || left(md5(id || ':' || revision), 16))::bit(64)::bigint) AS checksum
          FROM os GROUP BY partition) o
        JOIN (SELECT partition, count(*) AS changes,
          bit_xor(('x' || left(md5(os_id || ':' || sequence || ':'
            || coalesce(from_situacao::text, '') || ':' || to_situacao), 16))::bit(64)::bigint)
            AS checksum
          FROM os_status_history GROUP BY partition) h ON h.partition = o.partition
      """;
  private static final String RUN =
      """
      INSERT INTO sync_run (id, account, mode, status, phase, created_at, started_at, began_at,
        request, reading, generation, cursor, headers)
      SELECT ?, 'default', 'full', 'RUNNING', 'SETTLING', clock_timestamp(), clock_timestamp(),
        clock_timestamp(), '{"mode": "full", "account": "default", "startLater": false,
          "headersOnly": false}', 1, (SELECT id FROM generation), jsonb_build_object('left', 0,
          'pass', 1, 'seen', n, 'ended', true, 'total', n, 'offset', 0, 'totals', '{}'::jsonb,
          'highestId', 800000000 + n, 'unreadable',
          '{"count": 0, "names": []}'::jsonb, 'refusedByKafka', '[]'::jsonb),
        jsonb_build_object('done', n, 'total', n, 'status', 'COMPLETE')
      FROM (SELECT ?::bigint AS n) AS orders RETURNING id
      """;
  private static final String PROGRESS =
      """
      INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
        unchanged, requested, settled, parked, ended_at, updated_at, source_offset, reading,
        certificate_version, known, absent)
      SELECT '%s', partition, account, true, orders, 0, 0, orders, 0, 0, 0, now(), now(), 0, 1, 1,
        orders, 0
      FROM account_certificate
      """;

  private SyntheticOrders() {}

  /** Fills an empty database; a generation must have begun. */
  static void insert(Connection connection, int orders) throws SQLException {
    DatabaseQueries.execute(connection, ORDERS.formatted(orders));
    DatabaseQueries.execute(connection, CHANGES.formatted(orders));
    DatabaseQueries.execute(connection, CERTIFICATES);
    DatabaseQueries.execute(connection, "VACUUM ANALYZE os");
    DatabaseQueries.execute(connection, "VACUUM ANALYZE os_status_history");
    DatabaseQueries.execute(connection, "CHECKPOINT");
  }

  /** A full run that has read everything and in which nothing is open. */
  static UUID settlingRun(Connection connection, long orders) throws SQLException {
    connection.setAutoCommit(false);
    UUID run = DatabaseQueries.one(connection, UUID.class, RUN, UUID.randomUUID(), orders);
    DatabaseQueries.execute(connection, PROGRESS.formatted(run));
    connection.commit();
    connection.setAutoCommit(true);
    return run;
  }
}
