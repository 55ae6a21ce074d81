package dev.ordem.tiny.order;

import java.time.LocalDate;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One page of headers to ask for.
 *
 * @param situacao only orders in this status; null: any. The API takes one at most
 * @param dataInicial emitted on this day or later; null: no bound
 * @param dataFinal emitted on this day or earlier; null: no bound
 * @param order by id
 * @param limit rows wanted, 1 to 100
 * @param offset rows to skip, from 0
 * @param priority who waits
 */
public record HeaderQuery(
    @Nullable Integer situacao,
    @Nullable LocalDate dataInicial,
    @Nullable LocalDate dataFinal,
    Order order,
    int limit,
    long offset,
    Priority priority) {

  /** Direction of the list, by id. */
  public enum Order {
    /** Oldest first. */
    ASC,
    /** Newest first. */
    DESC;

    /** Ids in this direction. */
    public Comparator<Long> byId() {
      return this == ASC ? Comparator.naturalOrder() : Comparator.reverseOrder();
    }
  }

  /** The same place, one row of it. */
  public HeaderQuery firstRow() {
    return new HeaderQuery(situacao, dataInicial, dataFinal, order, 1, offset, priority);
  }

  /** Refuses what the API would misunderstand. */
  public HeaderQuery {
    if (situacao != null && (situacao < 0 || situacao > 7)) {
      throw new IllegalArgumentException("situacao " + situacao + ": 0 to 7");
    }
    if (limit < 1 || limit > 100) {
      throw new IllegalArgumentException("limit " + limit + ": 1 to 100");
    }
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset + ": 0 or more");
    }
    if (dataInicial != null && dataFinal != null && dataFinal.isBefore(dataInicial)) {
      throw new IllegalArgumentException(
          "dataFinal " + dataFinal + " is before dataInicial " + dataInicial);
    }
  }
}
