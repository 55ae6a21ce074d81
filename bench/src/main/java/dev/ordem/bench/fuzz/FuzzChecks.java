package dev.ordem.bench.fuzz;

import dev.ordem.bench.pipeline.Truth;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Tiny;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares what the pipeline stored and named with Tiny's truth. */
final class FuzzChecks {
  private static final String STORED = "SELECT id FROM os WHERE details_synced";
  private static final String NAMED = "SELECT os_id FROM import_failures WHERE os_id IS NOT NULL";
  private static final String NAMELESS = "SELECT count(*) FROM import_failures WHERE os_id IS NULL";

  private final Tiny tiny;
  private final Mutations mutations;
  private final Connection connection;

  FuzzChecks(Tiny tiny, Mutations mutations, Connection connection) {
    this.tiny = tiny;
    this.mutations = mutations;
    this.connection = connection;
  }

  /** What is wrong while answers are spoilt, a sentence each. */
  List<String> whileSpoilt() throws Exception {
    List<String> wrong = new ArrayList<>();
    Set<Long> touched = mutations.touched();
    for (String difference : new Truth(tiny).differences(connection)) {
      long order = order(difference);
      if (!touched.contains(order) && !isPhantom(difference)) {
        wrong.add("untouched order " + difference);
      }
    }
    Set<Long> known = stored();
    known.addAll(named());
    List<Long> lost = touched.stream().filter(order -> !known.contains(order)).sorted().toList();
    long nameless = DatabaseQueries.number(connection, NAMELESS);
    List<Long> detail = lost.stream().filter(order -> !mutations.fate(order).listed()).toList();
    detail = detail.stream().filter(order -> !mutations.unshown().contains(order)).toList();
    if (nameless == 0 && !lost.isEmpty()) {
      wrong.add(lost.size() + " orders are neither stored nor named: " + some(lost));
    } else if (!detail.isEmpty()) {
      wrong.add(detail.size() + " orders with good items are not named: " + some(detail));
    }
    return wrong;
  }

  /** What is wrong once answers are good again. */
  List<String> afterwards() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (String difference : new Truth(tiny).differences(connection)) {
      if (!isPhantom(difference) && !isKept(difference)) {
        wrong.add("healed order " + difference);
      }
    }
    long named = DatabaseQueries.number(connection, "SELECT count(*) FROM import_failures");
    if (named > 0) {
      wrong.add(named + " import failures are left");
    }
    return wrong;
  }

  /** Rows of orders that spoilt items alone have shown. */
  long phantoms() throws Exception {
    return new Truth(tiny).differences(connection).stream().filter(this::isPhantom).count();
  }

  Set<Long> stored() throws SQLException {
    return ids(STORED);
  }

  Set<Long> named() throws SQLException {
    return ids(NAMED);
  }

  private Set<Long> ids(String sql) throws SQLException {
    Set<Long> ids = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        ids.add(row.getLong(1));
      }
    }
    return ids;
  }

  private boolean isPhantom(String difference) {
    return difference.endsWith(" is not in Tiny")
        && mutations.phantoms().contains(order(difference));
  }

  /** A serial number that a spoilt answer told, and that Tiny's empty ones do not erase. */
  private boolean isKept(String difference) {
    return difference.endsWith(" has another payload: equipamentoSerie")
        && mutations.touched().contains(order(difference));
  }

  private static long order(String difference) {
    return Long.parseLong(difference.split("[ .]", -1)[0]);
  }

  private static String some(List<Long> orders) {
    return orders.stream().limit(10).toList().toString();
  }
}
