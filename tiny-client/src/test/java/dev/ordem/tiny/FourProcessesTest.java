package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.TinySimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real processes, killed and started again, judged by the log of a server that is not ours. */
class FourProcessesTest {
  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int PER_WINDOW = 12;
  private static final int PER_SECOND = 8;
  private static final Limits LIMITS = new Limits(PER_WINDOW, PER_SECOND, WINDOW);
  private static final int KILLS = 8;
  private static final int CALLS_BETWEEN_KILLS = 8;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void neverSendMoreThanTheQuotaHoweverTheyAreKilledAndStarted() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withClients(Client.named("hungry"))
            .withOrders(40)
            .withLimits(LIMITS);
    try (HikariDataSource database = Postgres.database();
        TinySimulator tiny = new TinySimulator(settings).start()) {
      SimulatedAccount account = tiny.account();
      processes.add(process(database, tiny));
      awaitCalls(account, 1);
      for (int i = 1; i < 4; i++) {
        processes.add(process(database, tiny));
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        awaitCalls(account, kill * CALLS_BETWEEN_KILLS);
        processes.set(kill % 4, killed(processes.get(kill % 4), database, tiny));
      }
      awaitCalls(account, (KILLS + 2) * CALLS_BETWEEN_KILLS);

      assertThat(account.mostArrivalsIn(WINDOW)).isLessThanOrEqualTo(PER_WINDOW);
      assertThat(account.mostArrivalsIn(Duration.ofSeconds(1))).isLessThanOrEqualTo(PER_SECOND);
      assertThat(account.rejected()).isZero();
      assertThat(account.refreshes()).isEqualTo(1);
      assertThat(account.refreshTokensReused()).isZero();
    }
  }

  private static void awaitCalls(SimulatedAccount account, int calls) {
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> account.requests() >= calls);
  }

  private static Process killed(Process process, HikariDataSource database, TinySimulator tiny)
      throws Exception {
    process.destroyForcibly().waitFor();
    return process(database, tiny);
  }

  private static Process process(HikariDataSource database, TinySimulator tiny) throws IOException {
    return HungryProcess.start(database, tiny, tiny.authUrl(), LIMITS);
  }
}
