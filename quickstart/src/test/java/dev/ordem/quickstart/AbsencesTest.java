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
