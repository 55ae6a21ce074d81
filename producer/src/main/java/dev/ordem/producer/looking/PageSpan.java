package dev.ordem.producer.looking;

import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which ids of a list a page covers without a gap: an order of that list whose id lies there and
 * that the page does not show is not in the list. One answer shows one moment, so that is so
 * however the list moves.
 *
 * @param situacao whose list it is; null: the list of all orders
 * @param first lowest id, included
 * @param last highest id, included
 */
record PageSpan(@Nullable Integer situacao, long first, long last) {

  /** Empty if a row cannot be read, which may be any, or the page tells nothing. */
  static Optional<PageSpan> of(Slice slice, HeaderPage page) {
    if (!page.unreadable().isEmpty() || !sorted(slice, page.headers())) {
      return Optional.empty();
    }
    Long total = page.total();
    long rows = page.headers().size();
    boolean ends = total == null ? rows < page.limit() : page.offset() + rows >= total;
    boolean begins = page.offset() == 0;
    if (page.headers().isEmpty()) {
      return begins && ends
          ? Optional.of(new PageSpan(slice.situacao(), 0, Long.MAX_VALUE))
          : Optional.empty();
    }
    LongStream.Builder ids = LongStream.builder();
    page.headers().forEach(row -> ids.add(row.id()));
    var bounds = ids.build().summaryStatistics();
    boolean descending = slice.kind() == Slice.Kind.NEWEST;
    boolean fromLowest = descending ? ends : begins;
    boolean toHighest = descending ? begins : ends;
    return Optional.of(
        new PageSpan(
            slice.situacao(),
            fromLowest ? 0 : bounds.getMin(),
            toHighest ? Long.MAX_VALUE : bounds.getMax()));
  }

  /** A list in another order than asked for says nothing of gaps. */
  private static boolean sorted(Slice slice, List<OrderHeader> rows) {
    boolean descending = slice.kind() == Slice.Kind.NEWEST;
    for (int i = 1; i < rows.size(); i++) {
      long step = rows.get(i).id() - rows.get(i - 1).id();
      if (descending ? step >= 0 : step <= 0) {
        return false;
      }
    }
    return true;
  }

  boolean covers(KnownOrder order) {
    return covers(order.id()) && (situacao == null || situacao == order.situacao());
  }

  private boolean covers(long id) {
    return id >= first && id <= last;
  }
}
