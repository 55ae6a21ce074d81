package dev.ordem.producer.looking;

import dev.ordem.producer.runs.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres knows of the orders of a page, and of those that ought to be on it. Thread safe.
 */
final class StoredOrders {
  /** More than a page holds may be missing from it, if all left at once. */
  private static final int MOST = 1_000;

  private static final String SHOWN =
      """
      SELECT id, situacao, cliente_nome, marcadores, details_synced FROM os
      WHERE account = ? AND id = ANY (?) AND removed_at IS NULL
      """;

  private static final String EXPECTED =
      """
      UNION
      SELECT id, situacao, cliente_nome, marcadores, details_synced FROM (
        SELECT * FROM os WHERE account = ? AND removed_at IS NULL AND id BETWEEN ? AND ?
          AND (?::int IS NULL OR situacao = ?) LIMIT ?) AS expected
      """;

  private final DataSource source;

  StoredOrders(DataSource source) {
    this.source = source;
  }

  /**
   * By id: those that are shown, and those that the page must show if nothing changed.
   *
   * @param span null: nothing can be said of what is not shown
   */
  Map<Long, KnownOrder> of(String account, Set<Long> shown, @Nullable PageSpan span)
      throws SQLException {
    Long[] ids = shown.toArray(Long[]::new);
    List<KnownOrder> rows =
        span == null
            ? Sql.list(source, SHOWN, StoredOrders::row, account, ids)
            : Sql.list(
                source,
                SHOWN + EXPECTED,
                StoredOrders::row,
                account,
                ids,
                account,
                span.first(),
                span.last(),
                span.situacao(),
                span.situacao(),
                MOST);
    Map<Long, KnownOrder> known = new HashMap<>();
    rows.forEach(row -> known.put(row.id(), row));
    return known;
  }

  private static KnownOrder row(ResultSet row) throws SQLException {
    Object[] marcadores = (Object[]) row.getArray("marcadores").getArray();
    return new KnownOrder(
        row.getLong("id"),
        row.getInt("situacao"),
        row.getString("cliente_nome"),
        Arrays.stream(marcadores).map(String::valueOf).toList(),
        row.getBoolean("details_synced"));
  }
}
