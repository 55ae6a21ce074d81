package dev.ordem.detail.ledger.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Lane;
import dev.ordem.contract.SyncState.Work;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerMetersTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");

  /** Nobody asks for it, and an alarm would never end. */
  @Test
  void whatWaitsForAnAccountThatIsNotConnectedMakesNothingOld() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    LedgerMeters meters = new LedgerMeters(registry, account -> account.equals("loja"));
    meters.report(
        0, Map.of(waiting("loja"), size(60), waiting("outra"), size(600)), List.of(), NOW);

    assertThat(registry.get("ordem.queue.oldest.seconds").gauge().value()).isEqualTo(60);
  }

  private static OrderQueue.Group waiting(String account) {
    return new OrderQueue.Group(account, Lane.HOT, Work.QUEUED);
  }

  private static OrderQueue.Size size(long age) {
    return new OrderQueue.Size(1, NOW.minusSeconds(age));
  }
}
