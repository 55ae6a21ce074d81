package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run left undone is taken up by whoever goes on. */
class InterruptedRunTest {
  private static final int ORDERS = 150;
  private static final String SYNCED = "SELECT count(*) FROM os WHERE details_synced";

  @TempDir Path directory;

  @Test
  void autoGoesOnWithTheDetailsAndAResumedRunTakesUpAllThatItDropped() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(ORDERS);
    try (Installation ordem = new Installation(directory, settings).start()) {
      JsonNode bare = ordem.end(ordem.ask(ordem.request("full").put("headersOnly", true)));
      Installation.assertComplete(bare);
      assertThat(ordem.count("SELECT count(*) FROM os")).isEqualTo(ORDERS);
      assertThat(ordem.count(SYNCED)).isZero();

      ordem.account().weather(new Weather(Duration.ofMillis(200), 0, 0, 0, 0));
      String run = ordem.ask("auto");
      ordem.await("the first details", () -> ordem.count(SYNCED) >= 10);
      ordem.act(run, "cancel");
      assertThat(ordem.run(run).path("status").asText()).isEqualTo("CANCELED");
      ordem.await("the ledger drops the rest", () -> dropped(ordem, run) > 0);
      ordem.account().weather(Weather.calm());
      assertThat(ordem.count(SYNCED)).as("some are left to do").isLessThan(ORDERS);

      ordem.act(run, "resume");
      JsonNode resumed = ordem.end(run);

      Installation.assertComplete(resumed);
      assertThat(resumed.path("mode").asText()).isEqualTo("details");
      assertThat(resumed.at("/modules/details/done").asInt()).isEqualTo(ORDERS);
      assertThat(ordem.count(SYNCED)).isEqualTo(ORDERS);
      ordem.assertTruth();
      assertThat(ordem.account().orderIds())
          .as("what was under way when it was cancelled may be read again")
          .allSatisfy(id -> assertThat(ordem.account().detailReads(id)).isBetween(1, 2));
    }
  }

  private static long dropped(Installation ordem, String run) throws Exception {
    return ordem.count(
        "SELECT coalesce(sum(dropped), 0) FROM sync_run_progress WHERE run_id = '" + run + "'");
  }
}
