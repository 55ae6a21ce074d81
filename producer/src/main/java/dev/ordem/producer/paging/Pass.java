package dev.ordem.producer.paging;

import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.Priority;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * One query of a run, read from its first page to its last.
 *
 * @param situacao only orders in this status; null: any
 * @param from first emission date, included; null: no bound
 * @param to last emission date, included; null: no bound
 * @param floor ends where ids get as low as this; null: at the end of the list
 */
public record Pass(
    Order order,
    @Nullable Integer situacao,
    @Nullable LocalDate from,
    @Nullable LocalDate to,
    @Nullable Long floor) {

  /** The whole list, oldest first. */
  public static Pass everything() {
    return new Pass(Order.ASC, null, null, null, null);
  }

  /** What is newer than {@code floor}: newest first, as only the floor's id is known. */
  public static Pass newerThan(@Nullable Long floor) {
    return new Pass(Order.DESC, null, null, null, floor);
  }

  /** One range of emission dates. */
  public static Pass emitted(LocalDate from, @Nullable LocalDate to) {
    return new Pass(Order.ASC, null, from, to, null);
  }

  /** One status. */
  public static Pass inStatus(int situacao) {
    return new Pass(Order.ASC, situacao, null, null, null);
  }

  /** Whether it lists every order of the account. */
  public boolean everyOrder() {
    return everyOrderCounts() && floor == null;
  }

  /** Whether every order of the account counts in the total that Tiny tells with its pages. */
  public boolean everyOrderCounts() {
    return situacao == null && from == null && to == null;
  }

  /** Its last row: the first of the same list the other way round. */
  public HeaderQuery lastRow() {
    Order other = order == Order.ASC ? Order.DESC : Order.ASC;
    return new HeaderQuery(situacao, from, to, other, 1, 0, Priority.PAGE);
  }

  /** A page of it. */
  public HeaderQuery page(int limit, long offset) {
    return new HeaderQuery(situacao, from, to, order, limit, offset, Priority.PAGE);
  }
}
