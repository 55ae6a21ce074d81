package dev.ordem.producer.looking;

import dev.ordem.producer.looking.LookResult.Look;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.OrderHeader;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this watcher last saw of each order of an account, and told the ledger. Kept in memory only:
 * one that takes over tells each order once more, which the ledger knows. Used by one thread at a
 * time.
 */
final class ShownOrders {
  private final Map<Long, Shown> orders = new HashMap<>();
  private final Map<Long, Miss> missed = new HashMap<>();

  /**
   * An order.
   *
   * @param digest of all that the list shows of it
   * @param seen when it was last seen to be so
   * @param told when the ledger was last told, and how often
   * @param tooLarge it was not told in truth, as Kafka does not take it
   */
  record Shown(
      long digest, @Nullable Integer situacao, Interval seen, Repetition told, boolean tooLarge) {
    boolean seenSinceTold() {
      return seen.answered().isAfter(told.at());
    }
  }

  /** An order that was told to be missing from a list: of that status, or of all if it is null. */
  private record Miss(@Nullable Integer situacao, Repetition told) {}

  @Nullable Shown shown(long id) {
    return orders.get(id);
  }

  /** Whether Kafka refused what this row shows. */
  boolean tooLarge(OrderHeader row) {
    Shown before = orders.get(row.id());
    return before != null && before.tooLarge && before.digest == digest(row);
  }

  /**
   * What a look showed was told: once Kafka has acknowledged it.
   *
   * @param tooLarge orders whose record Kafka refused
   */
  void note(Look look, LookResult result, Set<Long> tooLarge) {
    result.told().forEach(row -> told(row, look.at(), tooLarge.contains(row.id())));
    result.same().forEach(id -> same(id, look.at()));
    Integer situacao = look.slice().situacao();
    result.missing().forEach(id -> missing(id, situacao, look.at().answered()));
  }

  /** It was told as the row shows it. */
  private void told(OrderHeader row, Interval at, boolean tooLarge) {
    Shown before = orders.get(row.id());
    long digest = digest(row);
    Repetition told =
        before == null || before.digest != digest
            ? Repetition.told(at.answered())
            : before.told.again(at.answered());
    orders.put(row.id(), new Shown(digest, row.situacao(), at, told, tooLarge));
    listed(row.id(), row.situacao(), at.answered());
  }

  /** It is as it was told. */
  private void same(long id, Interval at) {
    Shown before = orders.get(id);
    if (before != null) {
      orders.put(id, new Shown(before.digest, before.situacao, at, before.told, before.tooLarge));
      listed(id, before.situacao, at.answered());
    }
  }

  /** One that shows elsewhere has moved; where lists contradict each other, it may be both. */
  private void listed(long id, @Nullable Integer situacao, Instant now) {
    Miss miss = missed.get(id);
    if (miss != null) {
      boolean elsewhere = miss.situacao != null && !miss.situacao.equals(situacao);
      if (elsewhere || miss.told.over(now)) {
        missed.remove(id);
      }
    }
  }

  /** Whether it was ever told that a list does not show it, and no list did since. */
  boolean missed(long id) {
    return missed.containsKey(id);
  }

  /** Whether that was told so lately that it is not told again. */
  boolean missedOfLate(long id, Instant now) {
    Miss miss = missed.get(id);
    return miss != null && !miss.told.due(now);
  }

  /** It was told that its list does not show it; wherever it is seen next, it is told. */
  private void missing(long id, @Nullable Integer situacao, Instant now) {
    Miss before = missed.get(id);
    Repetition told = before == null ? Repetition.told(now) : before.told.again(now);
    missed.put(id, new Miss(situacao, told));
    orders.remove(id);
  }

  /** The ledger begins anew, and is told of each order once more. */
  void clear() {
    orders.clear();
    missed.clear();
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
