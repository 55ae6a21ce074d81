package dev.ordem.producer.looking;

import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.OrderHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What this watcher last saw of each order of an account, and told the ledger. Kept in memory only:
 * one that takes over tells each order once more, which the ledger knows. Used by one thread at a
 * time.
 */
final class ShownOrders {
  /** Postgres follows the ledger within moments; what it still does not show then is told again. */
  static final Duration TELL_AGAIN = Duration.ofMinutes(1);

  /** A detail that was wanted is tried again by the ledger, and its failures are its own. */
  static final Duration MISS_AGAIN = Duration.ofMinutes(10);

  private final Map<Long, Shown> orders = new HashMap<>();
  private final Map<Long, Instant> missed = new HashMap<>();

  /**
   * An order.
   *
   * @param digest of all that the list shows of it
   * @param seen when it was last seen to be so
   * @param toldAt when the ledger was last told
   */
  record Shown(long digest, @Nullable Integer situacao, Interval seen, Instant toldAt) {
    boolean seenSinceTold() {
      return seen.answered().isAfter(toldAt);
    }
  }

  @Nullable Shown shown(long id) {
    return orders.get(id);
  }

  /** It was told as the row shows it. */
  void told(OrderHeader row, Interval at) {
    orders.put(row.id(), new Shown(digest(row), row.situacao(), at, at.answered()));
    missed.remove(row.id());
  }

  /** It is as it was told. */
  void same(long id, Interval at) {
    Shown before = orders.get(id);
    if (before != null) {
      orders.put(id, new Shown(before.digest, before.situacao, at, before.toldAt));
    }
    missed.remove(id);
  }

  /** Whether it was told of late that no list shows it. */
  boolean missed(long id, Instant now) {
    Instant told = missed.get(id);
    return told != null && told.plus(MISS_AGAIN).isAfter(now);
  }

  /** It was told that its list does not show it; wherever it is seen next, it is told. */
  void missing(long id, Instant now) {
    missed.put(id, now);
    orders.remove(id);
  }

  int size() {
    return orders.size();
  }

  /** Of all that the list shows of an order; two that differ agree once in billions. */
  static long digest(OrderHeader row) {
    long fields =
        Objects.hash(
            row.situacao(),
            row.data(),
            row.dataPrevista(),
            row.numeroOrdemServico(),
            row.clienteNome(),
            row.marcadores());
    return fields << 32 ^ (row.raw().hashCode() & 0xffff_ffffL);
  }
}
