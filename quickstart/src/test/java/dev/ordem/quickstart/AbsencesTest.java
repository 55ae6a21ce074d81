package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list that shows nothing any more is another company's, or a suspended account's. */
class AbsencesTest {
  private static final int ORDERS = 40;
  private static final int GONE = 30;
  private static final String REMOVED = "SELECT count(*) FROM os WHERE removed_at IS NOT NULL";

  /** New sessions see another clock than the server's. */
  private static final String AN_HOUR_BEHIND =
      """
      CREATE SCHEMA clocks;
      CREATE TABLE clocks.behind AS SELECT interval '62 minutes' AS time;
      CREATE FUNCTION clocks.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
        'SELECT pg_catalog.clock_timestamp() - time FROM clocks.behind';
      CREATE FUNCTION clocks.now() RETURNS timestamptz LANGUAGE sql STABLE AS
        'SELECT pg_catalog.now() - time FROM clocks.behind';
      DO $$ BEGIN
        EXECUTE format(
          'ALTER DATABASE %I SET search_path = public, clocks, pg_catalog', current_database());
      END $$;
      """;

  @TempDir Path directory;

  @Test
  void anAccountThatIsEmptyAllAtOnceLosesNoOrderAndAPersonIsAsked() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(ORDERS);
    try (Installation ordem = new Installation(directory, settings).start()) {
      ordem.complete("full");
      List.copyOf(ordem.account().orderIds()).forEach(ordem.account()::deleteOrder);

      for (String mode : List.of("full", "reconcile")) {
        JsonNode run = ordem.end(ordem.ask(mode));
        Installation.assertPartial(run);
        assertThat(run.path("absences").asText()).isEqualTo("ASKED");
        assertThat(run.path("error").asText()).contains("40");
      }

      assertThat(ordem.count("SELECT count(*) FROM os WHERE removed_at IS NULL")).isEqualTo(ORDERS);
      assertThat(ordem.count("SELECT count(*) FROM os WHERE details_synced")).isEqualTo(ORDERS);
      assertThat(ordem.detailCalls())
          .as("none is asked for before a person answers")
          .isEqualTo(ORDERS);
    }
  }

  /** The database's clock is an hour behind at first, and right for the second read. */
  @Test
  void whatAPersonSaysIsGoneIsRemovedAfterASecondReadAnHourLater() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(ORDERS);
    try (Installation ordem = new Installation(directory, settings).start()) {
      ordem.execute(AN_HOUR_BEHIND);
      ordem.stop();
      ordem.start();
      ordem.complete("full");
      List<Long> ids = List.copyOf(ordem.account().orderIds());
      ids.subList(0, GONE).forEach(ordem.account()::deleteOrder);

      String asked = ordem.ask("full");
      assertThat(ordem.end(asked).path("absences").asText()).isEqualTo("ASKED");
      confirm(ordem, asked);
      ordem.await(
          "the answer counts",
          () -> ordem.run(asked).path("absences").asText().equals("CONFIRMED"));
      ordem.end(asked);
      assertThat(ordem.count(REMOVED)).as("one read is not enough").isZero();

      ordem.execute("UPDATE clocks.behind SET time = interval '0'");
      String second = ordem.ask("full");
      if (ordem.end(second).path("absences").asText().equals("ASKED")) {
        confirm(ordem, second);
      }

      ordem.await("all that is gone is removed", () -> ordem.count(REMOVED) == GONE);
      ordem.complete("full");
      ordem.assertTruth();
    }
  }

  private static void confirm(Installation ordem, String run) throws Exception {
    ordem.execute("SELECT ordem_resume('" + run + "', true)");
  }

  @Test
  void theOnlyOpenOrderOfASmallShopMayBeDeleted() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(1);
    try (Installation ordem = new Installation(directory, settings).start()) {
      long only = ordem.account().orderIds().get(0);
      ordem.account().setSituacao(only, 1);
      ordem.complete("full");
      ordem.account().deleteOrder(only);

      ordem.complete("incremental");
      ordem.complete("incremental");

      assertThat(ordem.count("SELECT count(*) FROM os WHERE removed_at IS NULL"))
          .as("nothing is removed before two whole reads")
          .isOne();
      assertThat(ordem.account().detailReads(only))
          .as("the second does not ask again")
          .isEqualTo(2);
    }
  }
}
