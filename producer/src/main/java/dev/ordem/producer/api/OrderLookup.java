package dev.ordem.producer.api;

import dev.ordem.producer.api.http.ApiDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which orders a person means: by Tiny's id, or by the number that people know, which Tiny lets
 * several orders have.
 */
final class OrderLookup {
  private static final String MEANT =
      """
      SELECT account, id, numero, situacao, cliente_nome FROM os
      WHERE account = ? AND (id = ? OR numero = ?) AND removed_at IS NULL ORDER BY id LIMIT 20
      """;
  private static final String NUMBERED = MEANT.replace("(id = ? OR numero = ?)", "numero = ?");

  private final ApiDatabase database;

  OrderLookup(ApiDatabase database) {
    this.database = database;
  }

  /** An order, as far as people tell them apart. */
  record Order(
      String account,
      long osId,
      @Nullable String numero,
      int situacao,
      @Nullable String clienteNome) {}

  /** Those with this number; at most twenty. */
  List<Order> numbered(String account, String numero) {
    return find(NUMBERED, account, numero);
  }

  /** Those with this id or this number; at most twenty. */
  List<Order> meant(String account, String idOrNumber) {
    return idOrNumber.matches("[1-9]\\d{0,17}")
        ? find(MEANT, account, Long.valueOf(idOrNumber), idOrNumber)
        : numbered(account, idOrNumber);
  }

  private List<Order> find(String sql, Object... parameters) {
    return database.list(
        row ->
            new Order(
                row.getString("account"),
                row.getLong("id"),
                row.getString("numero"),
                row.getInt("situacao"),
                row.getString("cliente_nome")),
        sql,
        parameters);
  }
}
