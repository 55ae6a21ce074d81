package dev.ordem.producer.looking;

import dev.ordem.tiny.order.OrderHeader;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres says of an order that is not removed, as far as a list shows it, too.
 *
 * @param detailsSynced whether its detail was ever read
 */
record KnownOrder(
    long id,
    int situacao,
    @Nullable String clienteNome,
    List<String> marcadores,
    boolean detailsSynced) {
  KnownOrder {
    marcadores = List.copyOf(marcadores);
  }

  /** Whether the list shows it so. */
  boolean shownBy(OrderHeader row) {
    return (row.situacao() == null || row.situacao() == situacao)
        && Objects.equals(row.clienteNome(), clienteNome)
        && row.marcadores().equals(marcadores);
  }
}
