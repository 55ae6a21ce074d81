package dev.ordem.bench.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The transitions of the simulator's truth, and when Postgres first showed each, or a later one.
 */
final class TrueChanges {
  private static final Set<Integer> OPEN = Set.of(0, 1, 2, 5, 6);

  private TrueChanges() {}

  /** What an order was before. */
  enum Kind {
    NEW,
    OPEN,
    CLOSED
  }

  /** A transition that Postgres showed. */
  record Stored(int to, Instant at) {}

  /** Every order of an account as it really is, deleted ones included. */
  @FunctionalInterface
  interface Truth {
    void each(Consumer<JsonNode> order) throws Exception;
  }

  /**
   * How old each change was when Postgres showed it.
   *
   * @param stored by order, in the order of the history
   * @param from changes before this do not count
   * @param to nor do those after
   */
  static Map<Kind, Ages> ages(
      Truth truth, Map<Long, List<Stored>> stored, Instant from, Instant to, Instant end)
      throws Exception {
    Map<Kind, Ages> ages = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      ages.put(kind, new Ages());
    }
    truth.each(
        order -> {
          List<Stored> known = stored.getOrDefault(order.path("id").asLong(), List.of());
          List<JsonNode> transitions = new ArrayList<>();
          order.path("transitions").forEach(transitions::add);
          for (int i = 0; i < transitions.size(); i++) {
            Instant at = Instant.parse(transitions.get(i).path("at").asText());
            boolean counts = at.isAfter(from) && at.isBefore(to);
            if (counts && !order.path("deleted").asBoolean()) {
              Ages of = ages.get(kind(transitions.get(i)));
              if (of != null) {
                of.add(seconds(at, shown(known, transitions, i, at, end)));
              }
            }
          }
        });
    return ages;
  }

  private static Kind kind(JsonNode transition) {
    JsonNode before = transition.path("from");
    if (before.isNull() || before.isMissingNode()) {
      return Kind.NEW;
    }
    return OPEN.contains(before.asInt()) ? Kind.OPEN : Kind.CLOSED;
  }

  private static Instant shown(
      List<Stored> known, List<JsonNode> transitions, int index, Instant at, Instant end) {
    Set<Integer> fine = new java.util.HashSet<>();
    for (int i = index; i < transitions.size(); i++) {
      fine.add(transitions.get(i).path("to").asInt());
    }
    return known.stream()
        .filter(each -> !each.at().isBefore(at) && fine.contains(each.to()))
        .map(Stored::at)
        .findFirst()
        .orElse(end);
  }

  private static double seconds(Instant from, Instant to) {
    return (to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
  }
}
