package dev.ordem.bench.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is told of it: a line for each kind. */
final class FuzzTable {
  private final Mutations mutations;

  FuzzTable(Mutations mutations) {
    this.mutations = mutations;
  }

  /**
   * While answers were spoilt.
   *
   * @param stored orders with their details
   * @param named in {@code import_failures}
   */
  List<String> lines(Set<Long> stored, Set<Long> named) {
    List<String> lines = new ArrayList<>();
    lines.add("| what was spoilt | answers and items | orders | stored | named |");
    lines.add("|---|---|---|---|---|");
    Set<Long> touched = mutations.touched();
    for (MutationKind kind : MutationKind.values()) {
      List<Long> orders =
          touched.stream().filter(order -> mutations.fate(order).kind() == kind).toList();
      lines.add(
          "| %s | %,d | %,d | %,d | %,d |"
              .formatted(
                  kind.label(),
                  mutations.count(kind),
                  orders.size(),
                  orders.stream().filter(order -> stored.contains(order)).count(),
                  orders.stream().filter(order -> named.contains(order)).count()));
    }
    return lines;
  }
}
