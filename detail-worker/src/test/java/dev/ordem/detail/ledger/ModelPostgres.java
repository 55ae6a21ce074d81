package dev.ordem.detail.ledger;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that was told, as the sink keeps it. */
final class ModelPostgres {
  private final Map<OrderKey, Row> orders = new HashMap<>();
  private final Map<OrderKey, List<StatusChange>> changes = new HashMap<>();
  private final Map<String, RunProgress> progress = new HashMap<>();
  private final Map<String, AccountCertificate> certificates = new HashMap<>();
  final Map<OrderKey, SyncState> work = new HashMap<>();

  record Row(EnrichedOrder order, boolean removed) {}

  /** What a certificate sums up. */
  record Sums(
      long orders, long ordersXor, long changes, long changesXor, Map<Integer, Long> bySituacao) {
    static Sums of(AccountCertificate told) {
      return new Sums(
          told.orders(),
          told.ordersXor(),
          told.changes(),
          told.changesXor(),
          new TreeMap<>(told.bySituacao()));
    }
  }

  @Nullable Row row(OrderKey key) {
    return orders.get(key);
  }

  /** As it is shown to people; null: it was never told, or is removed. */
  @Nullable EnrichedOrder order(OrderKey key) {
    Row row = orders.get(key);
    return row == null || row.removed ? null : row.order;
  }

  List<StatusChange> changes(OrderKey key) {
    return changes.getOrDefault(key, List.of());
  }

  List<OrderKey> keys() {
    return List.copyOf(orders.keySet());
  }

  void take(EnrichedOrder order) {
    orders.put(order.key(), new Row(order, false));
  }

  void remove(OrderKey key) {
    Row row = orders.get(key);
    if (row != null) {
      orders.put(key, new Row(row.order, true));
    }
  }

  void take(StatusChange change) {
    changes.computeIfAbsent(change.key(), key -> new ArrayList<>()).add(change);
  }

  void take(RunProgress told) {
    progress.put(told.key(), told);
  }

  void forget(String key) {
    progress.remove(key);
  }

  void take(AccountCertificate told) {
    certificates.put(told.key(), told);
  }

  @Nullable RunProgress progress(UUID run, int partition) {
    return progress.get(RunProgress.key(run, partition));
  }

  @Nullable AccountCertificate certificate(String account, int partition) {
    return certificates.get("account:" + account + ":" + partition);
  }

  /** Whether no partition says that it stands on another generation. */
  boolean standsOn(String account, UUID generation) {
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      AccountCertificate told = certificate(account, partition);
      if (told != null && !generation.equals(told.generation())) {
        return false;
      }
    }
    return true;
  }

  long highest(String account) {
    return orders.keySet().stream()
        .filter(key -> key.account().equals(account))
        .mapToLong(OrderKey::osId)
        .filter(id -> id < Garbage.FIRST)
        .max()
        .orElse(0);
  }

  Sums sums(String account, int partition) {
    long present = 0;
    long ordersXor = 0;
    Map<Integer, Long> bySituacao = new TreeMap<>();
    for (Map.Entry<OrderKey, Row> each : orders.entrySet()) {
      if (in(each.getKey(), account, partition) && !each.getValue().removed) {
        EnrichedOrder order = each.getValue().order;
        present++;
        ordersXor ^= Checksum.ofOrder(order.osId(), order.revision());
        bySituacao.merge(order.situacao(), 1L, Long::sum);
      }
    }
    long told = 0;
    long changesXor = 0;
    for (Map.Entry<OrderKey, List<StatusChange>> each : changes.entrySet()) {
      if (in(each.getKey(), account, partition)) {
        told += each.getValue().size();
        changesXor ^= xor(each.getValue());
      }
    }
    return new Sums(present, ordersXor, told, changesXor, bySituacao);
  }

  private static boolean in(OrderKey key, String account, int partition) {
    return key.account().equals(account) && SimulatedLedger.partitionOf(key) == partition;
  }

  private static long xor(List<StatusChange> of) {
    long xor = 0;
    for (StatusChange change : of) {
      xor ^= Checksum.ofChange(change.osId(), change.sequence(), change.from(), change.to());
    }
    return xor;
  }

  /** A record per order. */
  List<HeaderEvent.BaselineOrder> baseline(String account, UUID generation, Instant now) {
    List<HeaderEvent.BaselineOrder> all = new ArrayList<>();
    orders.forEach(
        (key, row) -> {
          if (key.account().equals(account)) {
            all.add(baseline(row, changes(key), generation, now));
          }
        });
    return all;
  }

  private static HeaderEvent.BaselineOrder baseline(
      Row row, List<StatusChange> told, UUID generation, Instant now) {
    EnrichedOrder order = row.order;
    StatusChange last = told.isEmpty() ? null : told.get(told.size() - 1);
    // a header may be newer and leave the status in doubt
    Instant seen = last == null ? Instant.EPOCH : last.seenAt();
    boolean detailed = !row.removed && order.detailsSynced();
    return new HeaderEvent.BaselineOrder(
        order.account(),
        order.osId(),
        generation,
        order.revision(),
        order.situacao(),
        seen,
        last == null ? 0 : last.sequence(),
        told.size(),
        xor(told),
        row.removed,
        row.removed ? null : header(order),
        detailed ? detail(order) : null,
        order.headerSeenAt(),
        order.detailFetchedAt(),
        now);
  }

  private static Header header(EnrichedOrder order) {
    return new Header(
        order.osId(),
        order.situacao(),
        order.data(),
        order.dataPrevista(),
        null,
        order.numero(),
        order.clienteId(),
        order.clienteNome(),
        order.marcadores(),
        order.payload());
  }

  private static Detail detail(EnrichedOrder order) {
    return new Detail(
        order.osId(),
        order.situacao(),
        order.data(),
        order.dataPrevista(),
        order.dataConclusao(),
        order.numero(),
        order.clienteId(),
        order.clienteNome(),
        order.tecnico(),
        order.equipamento(),
        order.equipamentoSerie(),
        order.totalServicos(),
        order.totalPecas(),
        order.total(),
        order.payload());
  }
}
