package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COMPLETE is said of what Postgres holds, and of nothing less. */
class ProvenRunsTest {
  private static final int ORDERS = 80;
  private static final String LIVING = "SELECT count(*) FROM os WHERE removed_at IS NULL";

  @TempDir static Path directory;

  private static Installation ordem;

  /** Everything is known, details and all. */
  @BeforeAll
  static void load() throws Exception {
    ordem = new Installation(directory, SimulatorSettings.inProcess().withOrders(ORDERS)).start();
    ordem.complete("full");
    ordem.assertTruth();
  }

  @AfterAll
  static void close() throws Exception {
    ordem.close();
  }

  @Test
  void rowsThatWereDeletedComeBackWithoutACallForThem() throws Exception {
    long before = ordem.detailCalls();
    ordem.execute("DELETE FROM os WHERE id IN (SELECT id FROM os ORDER BY id LIMIT 7)");
    ordem.execute(
        "DELETE FROM os_status_history"
            + " WHERE os_id IN (SELECT id FROM os ORDER BY id DESC LIMIT 5)");

    ordem.complete("full");

    ordem.assertTruth();
    assertThat(ordem.detailCalls()).isEqualTo(before);
  }

  @Test
  void aTableThatWasTruncatedIsFilledAgainWithoutACallForIt() throws Exception {
    long before = ordem.detailCalls();
    ordem.execute("TRUNCATE os");

    ordem.complete("full");

    assertThat(ordem.count(LIVING)).isEqualTo(ordem.account().orderIds().size());
    ordem.assertTruth();
    assertThat(ordem.detailCalls()).isEqualTo(before);
  }

  @Test
  void aRowThatPostgresRefusesMakesTheRunPartialUntilItsCauseIsGone() throws Exception {
    long id = ordem.account().orderIds().get(20);
    ordem.execute(
        "ALTER TABLE os ADD CONSTRAINT of_a_person CHECK (id <> %d OR situacao <> 7) NOT VALID"
            .formatted(id));
    ordem.account().setSituacao(id, 7);
    String refused =
        "SELECT count(*) FROM import_failures WHERE state = 'REFUSED' AND os_id = " + id;

    String run = ordem.ask("full");
    JsonNode partial = ordem.end(run);

    Installation.assertPartial(partial);
    assertThat(partial.path("error").asText()).contains(Long.toString(id));
    assertThat(partial.at("/parked/orders/0/osId").asLong()).isEqualTo(id);
    assertThat(ordem.count(refused)).isEqualTo(1);

    ordem.execute("ALTER TABLE os DROP CONSTRAINT of_a_person");
    ordem.execute("SELECT ordem_requeue('default', ids => '{%d}')".formatted(id));
    ordem.await(
        "the run is healed", () -> ordem.run(run).path("status").asText().equals("COMPLETE"));

    assertThat(ordem.run(run).path("healedAt").isTextual()).isTrue();
    assertThat(ordem.count("SELECT count(*) FROM import_failures")).isZero();
    ordem.assertTruth();
  }

  @Test
  void aFullRunThatWasCancelledAmongItsDetailsReadsAllOfThemOnceItIsResumed() throws Exception {
    List<Long> ids =
        ordem.account().truth().stream()
            .filter(order -> order.situacao() != 3)
            .map(OrderTruth::id)
            .sorted(Comparator.reverseOrder()) // old ones are left to others
            .limit(16)
            .toList();
    ids.forEach(id -> ordem.account().setSituacao(id, 3));
    ordem.account().weather(new Weather(Duration.ofSeconds(2), 0, 0, 0, 0));
    String run = ordem.ask("full");
    try {
      ordem.await("details are asked for", () -> ordem.run(run).at("/counts/open").asLong() > 0);
      ordem.act(run, "cancel");
    } finally {
      ordem.account().weather(Weather.calm());
    }
    assertThat(details(ordem.run(run), "done")).isLessThan(ids.size());

    ordem.act(run, "resume");

    JsonNode resumed = ordem.end(run);
    Installation.assertComplete(resumed);
    assertThat(details(resumed, "total")).isGreaterThanOrEqualTo(ids.size());
    ordem.assertTruth();
  }

  private static long details(JsonNode run, String count) {
    return run.at("/modules/details/" + count).asLong();
  }

  /** It leaves the lists that an incremental run reads, and is too old for its lookback. */
  @Test
  void anIncrementalRunSeesAnOldOrderLeaveTheOpenOnes() throws Exception {
    long id = anOldOrder();
    ordem.account().setSituacao(id, 6);
    ordem.complete("incremental");
    assertThat(ordem.count("SELECT situacao FROM os WHERE id = " + id)).isEqualTo(6);

    ordem.account().setSituacao(id, 3);
    ordem.complete("incremental");

    assertThat(ordem.count("SELECT situacao FROM os WHERE id = " + id)).isEqualTo(3);
    ordem.assertTruth();
  }

  /** Open, and issued before the days that an incremental run reads again. */
  private static long anOldOrder() throws Exception {
    LocalDate recent = LocalDate.now(java.time.ZoneId.of("America/Sao_Paulo")).minusDays(10);
    return ordem.count(
        "SELECT min(id) FROM os WHERE situacao IN (0, 1, 2, 5) AND data < '" + recent + "'");
  }

  @Test
  void theSameRequestTwiceIsRefusedWithTheIdOfTheFirst() throws Exception {
    ordem.account().weather(new Weather(Duration.ofSeconds(1), 0, 0, 0, 0));
    String first;
    try {
      first = ordem.ask("reconcile");

      assertThatThrownBy(() -> ordem.ask("reconcile"))
          .isInstanceOfSatisfying(
              CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(CommandFailure.FAILED))
          .hasMessageContaining(first);
      assertThat(Set.of("QUEUED", "RUNNING")).contains(ordem.run(first).path("status").asText());
    } finally {
      ordem.account().weather(Weather.calm());
    }

    Installation.assertComplete(ordem.end(first));
    assertThat(ordem.count("SELECT count(*) FROM sync_run WHERE mode = 'reconcile'")).isEqualTo(1);
  }
}
