package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Postgres is put back from a backup of itself, and Kafka and the ledger have gone on meanwhile.
 */
class RestoredPostgresTest {
  private static final String PARKED =
      "SELECT count(*) FROM import_failures WHERE state = 'PARKED'";
  private static final String UNDER_WAY =
      "SELECT count(*) FROM sync_run WHERE phase <> 'ENDED'"
          + " AND NOT coalesce((request->>'startLater')::boolean, false)";

  @TempDir Path directory;
  private Installation ordem;
  private List<Long> ids;

  @BeforeEach
  void load() throws Exception {
    ordem = new Installation(directory, SimulatorSettings.inProcess().withOrders(40)).start();
    ordem.complete("full");
    ids =
        ordem.account().truth().stream()
            .filter(order -> List.of(0, 1, 2, 5, 6).contains(order.situacao()))
            .map(order -> order.id())
            .toList();
    assertThat(ids).hasSizeGreaterThan(4);
  }

  @AfterEach
  void close() throws Exception {
    ordem.close();
  }

  @Test
  void whatWasUnderWayEndsAndWhatIsParkedIsWhatTheLedgerHasParked() throws Exception {
    fails(0, 422, 1);
    String healing = ordem.ask("incremental");
    Installation.assertPartial(ordem.end(healing));
    fails(1, 500, 1_000);
    String settling = ordem.ask("incremental");
    ordem.await("it settles", () -> phase(settling, "SETTLING"));
    ordem.execute("SELECT ordem_run('full', start_later => true)");
    ordem.stop();
    ordem.copy("postgres", "postgres.old");
    ordem.start();
    goOn(healing, settling);
    ordem.stop();
    ordem.remove("postgres");
    ordem.copy("postgres.old", "postgres");
    ordem.account().setSituacao(ids.get(4), 3);
    ordem.start();

    ordem.await("what is parked now is parked", () -> parked().equals(List.of(ids.get(2))));
    ordem.await("the run that heals is whole", () -> ended(healing, "COMPLETE"));
    ordem.await("the run that settled ends", () -> !phase(settling, "SETTLING"));
    ordem.account().clearFaults();
    ordem.execute("SELECT ordem_start(id) FROM sync_run WHERE request->>'startLater' = 'true'");
    ordem.execute("SELECT ordem_requeue('default', \"all\" => true)");
    ordem.await("nothing is parked", () -> ordem.count(PARKED) == 0);
    ordem.await("all runs end", () -> ordem.count(UNDER_WAY) == 0);

    assertThat(ordem.count("SELECT count(*) FROM sync_run WHERE status <> 'COMPLETE'")).isZero();
    ordem.assertTruth();
  }

  @Test
  void aQueueThatSomebodyEmptiedComesBack() throws Exception {
    fails(0, 422, 1);
    Installation.assertPartial(ordem.end(ordem.ask("incremental")));

    ordem.execute("TRUNCATE os_sync_queue");

    ordem.await("it is parked again", () -> parked().equals(List.of(ids.get(0))));
    ordem.execute("SELECT ordem_requeue('default', \"all\" => true)");
    ordem.await("it is read", () -> ordem.count(PARKED) == 0);
    ordem.await("all runs end", () -> ordem.count(UNDER_WAY) == 0);
    ordem.assertTruth();
  }

  /** All that the backup shows as open ends; another run is begun and cancelled, another parks. */
  private void goOn(String healing, String settling) throws Exception {
    ordem.execute("SELECT ordem_requeue('default', \"all\" => true)");
    ordem.account().clearFaults();
    ordem.execute("SELECT ordem_refresh('default', " + ids.get(1) + ")");
    ordem.await("the run heals", () -> ended(healing, "COMPLETE"));
    ordem.await("the run ends", () -> ended(settling, "COMPLETE"));
    fails(3, 500, 1_000);
    ordem.execute("SELECT ordem_start(id) FROM sync_run WHERE request->>'startLater' = 'true'");
    ordem.await(
        "the third run settles",
        () -> ordem.count("SELECT count(*) FROM sync_run WHERE phase = 'SETTLING'") == 1);
    ordem.execute("SELECT ordem_cancel(id) FROM sync_run WHERE phase = 'SETTLING'");
    ordem.await(
        "the ledger is told",
        () -> ordem.count("SELECT count(*) FROM sync_run WHERE owed <> '{}'") == 0);
    ordem.account().clearFaults();
    fails(2, 422, 1_000); // a run that is resumed asks again for what is parked
    Installation.assertPartial(ordem.end(ordem.ask("incremental")));
  }

  /** The order changes, and its detail cannot be read. */
  private void fails(int order, int status, int times) {
    long id = ids.get(order);
    ordem.account().failNext(Fault.status(status).on(Endpoint.DETAIL).ofOrder(id), times);
    ordem.account().setSituacao(id, 3);
  }

  private boolean phase(String run, String phase) throws SQLException {
    return ordem.count(
            "SELECT count(*) FROM sync_run WHERE id = '%s' AND phase = '%s'".formatted(run, phase))
        == 1;
  }

  private boolean ended(String run, String status) throws SQLException {
    return ordem.count(
            "SELECT count(*) FROM sync_run WHERE id = '%s' AND status = '%s' AND phase = 'ENDED'"
                .formatted(run, status))
        == 1;
  }

  private List<Long> parked() throws SQLException {
    long count = ordem.count(PARKED);
    return count == 1
        ? List.of(ordem.count("SELECT os_id FROM import_failures WHERE state = 'PARKED'"))
        : List.of();
  }
}
