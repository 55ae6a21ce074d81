package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Does to a site what a fault says, and undoes it. */
final class FaultInjector {
  private static final String DROP = "ALTER TABLE os DROP CONSTRAINT IF EXISTS fault";

  /** A copy may have been made while there was one. */
  private static final String DROP_COPIED =
      """
      DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'fault') THEN
          ALTER TABLE os DROP CONSTRAINT fault;
          PERFORM ordem_requeue('default', "all" => true);
        END IF;
      END $$
      """;

  private final Site site;

  FaultInjector(Site site) {
    this.site = site;
  }

  /** What a fault needs to have to be waited for: names of processes. */
  static List<String> hit(Fault fault) {
    String target = fault.target();
    if (target.equals(Site.HOST)) {
      return Site.SERVICES;
    }
    int road = target.indexOf('>');
    String name = road < 0 ? target : target.substring(0, road);
    return Site.SERVICES.contains(name) || Site.STORES.contains(name) ? List.of(name) : List.of();
  }

  /**
   * @throws SQLException if Postgres cannot be asked now, or does not do it
   */
  void begin(Fault fault, UUID run) throws Exception {
    String target = fault.target();
    switch (fault.kind()) {
      case KILL -> site.kill(target);
      case RESTART -> site.stop(target);
      case FREEZE -> site.freeze(target);
      case CUT -> site.cut(target);
      case HOLD -> site.hold(target);
      case FULL -> site.fill(target);
      case OUTAGE -> site.tiny().post("/outage", "{\"on\": true}");
      case EXPIRE -> site.tiny().post("/tokens/expire", null);
      case OLD_STORES -> {
        site.kill(target);
        site.stores(target).exchange();
      }
      case LOST_STORES -> {
        site.kill(target);
        site.stores(target).lose();
      }
      case NEW_KAFKA -> site.replaceKafka();
      case COPY -> site.copyPostgres();
      case PUT_BACK -> site.putPostgresBack(false);
      case CLOCK, WRONG_CLOCK -> site.setClock(target, fault.clockSeconds());
      default -> sql(begun(fault, run));
    }
  }

  private static String[] begun(Fault fault, UUID run) {
    return switch (fault.kind()) {
      case CANCEL, RESUME -> statements("SELECT ordem_cancel('" + run + "')");
      case TRUNCATE -> statements("TRUNCATE " + fault.target());
      case DELETE ->
          statements(
              "DELETE FROM " + fault.target() + " WHERE " + idColumn(fault.target()) + " % 3 = 0");
      case CONSTRAINT ->
          statements(DROP, "ALTER TABLE os ADD CONSTRAINT fault CHECK (situacao <> 5) NOT VALID");
      default -> throw new IllegalArgumentException(fault.toString());
    };
  }

  private static String idColumn(String table) {
    return table.equals("os") ? "id" : "os_id";
  }

  void end(Fault fault, UUID run) throws Exception {
    String target = fault.target();
    switch (fault.kind()) {
      case KILL, RESTART, OLD_STORES, LOST_STORES -> site.begin(target);
      case FREEZE -> site.thaw(target);
      case CUT, HOLD -> site.mend(target);
      case FULL -> site.empty(target);
      case COPY -> {
        site.putPostgresBack(true);
        sql(DROP_COPIED);
      }
      case PUT_BACK -> sql(DROP_COPIED);
      case CLOCK -> site.setClock(target, 0);
      case OUTAGE -> site.tiny().post("/outage", "{\"on\": false}");
      case RESUME -> sql("SELECT ordem_resume('" + run + "')");
      case CONSTRAINT -> sql(DROP, "SELECT ordem_requeue('default', \"all\" => true)");
      default -> {} // nothing is left to undo
    }
  }

  /** Sets all clocks right that are wrong still. */
  void setClocksRight() throws IOException {
    if (site.hasClocks()) {
      site.setClock(Site.HOST, 0);
    }
  }

  private static String[] statements(String... statements) {
    return statements;
  }

  private void sql(String... statements) throws SQLException, IOException {
    try (Connection connection = site.connectBriefly()) {
      for (String statement : statements) {
        DatabaseQueries.execute(connection, statement);
      }
    }
  }
}
