package dev.ordem.detail.ledger.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.order.Standing;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one partition holds of an account.
 *
 * @param generation null until a baseline was passed
 * @param version grows by one with each change of the numbers
 * @param bySituacao orders by status; none stands with 0
 * @param auditAt when the next audit is due, by this host's clock; null: not set yet
 * @param missed where records were last deleted before they were read; null: nowhere
 */
public record Account(
    String name,
    @Nullable UUID generation,
    long version,
    Totals totals,
    Map<Integer, Long> bySituacao,
    Audits audits,
    @Nullable Instant auditAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Missed missed) {
  public Account {
    bySituacao = Map.copyOf(bySituacao);
  }

  public static Account begun(String name) {
    return new Account(name, null, 0, Totals.NONE, Map.of(), new Audits(0, 0), null, null);
  }

  /** Sums over orders; an order's own share has the same form. */
  public record Totals(long orders, long ordersXor, long changes, long changesXor, long suspects) {
    static final Totals NONE = new Totals(0, 0, 0, 0, 0);

    static Totals of(OrderKey key, Standing order) {
      PublishedOrder told = order.told();
      boolean present = told.present();
      return new Totals(
          present ? 1 : 0,
          present ? Checksum.ofOrder(key.osId(), told.revision()) : 0,
          told.changes(),
          told.changesXor(),
          order.suspect() ? 1 : 0);
    }

    public Totals moved(Totals before, Totals after) {
      return new Totals(
          orders - before.orders + after.orders,
          ordersXor ^ before.ordersXor ^ after.ordersXor,
          changes - before.changes + after.changes,
          changesXor ^ before.changesXor ^ after.changesXor,
          suspects - before.suspects + after.suspects);
    }
  }

  /**
   * Records of the topic that nobody will ever read.
   *
   * @param next offset of the first one behind them
   * @param foundAt by this host's clock
   */
  public record Missed(long next, Instant foundAt) {}

  /** Of seemingly unchanged orders that were read, how many had changed. */
  record Audits(long made, long missed) {}

  /** An order stands differently; itself if that does not change the numbers. */
  public Account moved(OrderKey key, Standing before, Standing after) {
    Integer from = situacao(before);
    Integer to = situacao(after);
    boolean same =
        before.told().equals(after.told())
            && before.suspect() == after.suspect()
            && java.util.Objects.equals(from, to);
    if (same) {
      return this;
    }
    Map<Integer, Long> counts = new TreeMap<>(bySituacao);
    add(counts, from, -1);
    add(counts, to, 1);
    Totals next = totals.moved(Totals.of(key, before), Totals.of(key, after));
    return new Account(name, generation, version + 1, next, counts, audits, auditAt, missed);
  }

  /** A baseline was passed. */
  public Account in(UUID next) {
    return new Account(name, next, version + 1, totals, bySituacao, audits, auditAt, missed);
  }

  public Account audited(boolean missed) {
    Audits next = new Audits(audits.made + 1, audits.missed + (missed ? 1 : 0));
    return new Account(
        name, generation, version + 1, totals, bySituacao, next, auditAt, this.missed);
  }

  public Account auditAt(Instant next) {
    return new Account(name, generation, version, totals, bySituacao, audits, next, missed);
  }

  public Account missed(Missed now) {
    return new Account(name, generation, version, totals, bySituacao, audits, auditAt, now);
  }

  public AccountCertificate certificate(int partition, Instant now) {
    return new AccountCertificate(
        name,
        partition,
        generation,
        version,
        totals.orders,
        totals.ordersXor,
        totals.changes,
        totals.changesXor,
        bySituacao,
        totals.suspects,
        audits.made,
        audits.missed,
        now);
  }

  private static @Nullable Integer situacao(Standing order) {
    ObservedStatus status = order.status();
    return status != null && order.told().present() ? status.situacao() : null;
  }

  private static void add(Map<Integer, Long> counts, @Nullable Integer situacao, long more) {
    if (situacao != null) {
      long count = counts.getOrDefault(situacao, 0L) + more;
      if (count == 0) {
        counts.remove(situacao);
      } else {
        counts.put(situacao, count);
      }
    }
  }
}
