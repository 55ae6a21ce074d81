package dev.ordem.detail.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.OrderKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is true of each order, and when it was. Ids are never used again. */
final class ModelTiny {
  private final Map<String, TreeMap<Long, TreeMap<Long, Optional<State>>>> accounts =
      new HashMap<>();

  /**
   * What an order is like.
   *
   * @param listed edits of what list and detail show, and which hints at other changes
   * @param detail edits of what only the detail shows
   * @param customer edits of what both show, and which hints at nothing
   */
  record State(int situacao, int listed, int detail, int customer) {
    /** Whether a header of the one gives no reason to read the detail if that shows the other. */
    boolean hintsAtNothingIn(State other) {
      return situacao == other.situacao && listed == other.listed;
    }

    Header header(long id) {
      ObjectNode raw = JsonNodeFactory.instance.objectNode().put("id", id);
      raw.put("situacao", Integer.toString(situacao));
      raw.putObject("cliente").put("nome", nome());
      raw.putArray("marcadores").addObject().put("descricao", marker());
      List<String> markers = List.of(marker());
      return new Header(id, situacao, null, null, null, numero(), 7L, nome(), markers, raw);
    }

    Detail detail(long id) {
      ObjectNode raw = JsonNodeFactory.instance.objectNode().put("id", id);
      raw.put("situacao", Integer.toString(situacao)).put("equipamento", equipamento());
      return new Detail(
          id,
          situacao,
          null,
          null,
          null,
          numero(),
          7L,
          nome(),
          null,
          equipamento(),
          null,
          null,
          null,
          null,
          raw);
    }

    String numero() {
      return "N" + listed;
    }

    String nome() {
      return "C" + customer;
    }

    String marker() {
      return "M" + customer;
    }

    String equipamento() {
      return "E" + detail;
    }
  }

  /** What a call showed, and when it was so. */
  record Shown(State state, long at) {}

  void set(OrderKey key, long at, @Nullable State state) {
    accounts
        .computeIfAbsent(key.account(), account -> new TreeMap<>())
        .computeIfAbsent(key.osId(), id -> new TreeMap<>())
        .put(at, Optional.ofNullable(state));
  }

  /** Null if the order is not there then. */
  @Nullable State at(OrderKey key, long at) {
    TreeMap<Long, Optional<State>> states =
        accounts.getOrDefault(key.account(), new TreeMap<>()).get(key.osId());
    if (states == null) {
      return null;
    }
    Map.Entry<Long, Optional<State>> entry = states.floorEntry(at);
    return entry == null ? null : entry.getValue().orElse(null);
  }

  boolean everExisted(OrderKey key) {
    return accounts.getOrDefault(key.account(), new TreeMap<>()).containsKey(key.osId());
  }

  /** What the list shows then, the lowest id first. */
  List<Long> listed(String account, long at) {
    List<Long> ids = new ArrayList<>();
    for (Long id : accounts.getOrDefault(account, new TreeMap<>()).keySet()) {
      if (at(new OrderKey(account, id), at) != null) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** Whether the order had the one status, and then the other, within this time. */
  boolean changed(OrderKey key, int from, int to, long earliest, long latest) {
    long begin = earliest;
    while (begin <= latest && !has(key, from, begin)) {
      begin = nextChange(key, begin);
    }
    long then = begin;
    while (then <= latest && !has(key, to, then)) {
      then = nextChange(key, then);
    }
    return then <= latest;
  }

  private boolean has(OrderKey key, int situacao, long at) {
    State state = at(key, at);
    return state != null && state.situacao == situacao;
  }

  private long nextChange(OrderKey key, long after) {
    TreeMap<Long, Optional<State>> states =
        accounts.getOrDefault(key.account(), new TreeMap<>()).get(key.osId());
    Long next = states == null ? null : states.higherKey(after);
    return next == null ? Long.MAX_VALUE : next;
  }
}
