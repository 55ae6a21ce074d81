package dev.ordem.producer.reading;

import dev.ordem.contract.Header;
import dev.ordem.tiny.order.OrderHeader;

/** An order of Tiny's list as the ledger is told of it. */
public final class HeaderMapping {
  private HeaderMapping() {}

  public static Header of(OrderHeader row) {
    return new Header(
        row.id(),
        row.situacao(),
        row.data(),
        row.dataPrevista(),
        row.valor(),
        row.numeroOrdemServico(),
        row.clienteId(),
        row.clienteNome(),
        row.marcadores(),
        row.raw());
  }
}
