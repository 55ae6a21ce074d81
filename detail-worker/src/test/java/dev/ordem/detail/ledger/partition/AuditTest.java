package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How what the list does not show is measured. */
class AuditTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);
  private long now;

  @BeforeEach
  void knowAnOrder() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(Given.fetched(bench.requests.get(0), Given.detail(1, 0, "Notebook"), 1));
    bench.pass(Duration.ofSeconds(1));
  }

  @Test
  void fiftyADayAreDrawnOfAllPartitionsTogether() {
    assertThat(LedgerRules.auditEvery(6).multipliedBy(50)).isEqualTo(Duration.ofDays(6));
    assertThat(LedgerRules.DEFAULT.auditEvery()).isEqualTo(LedgerRules.auditEvery(6));
  }

  @Test
  void anUnchangedOrderIsReadNowAndThenForNoRun() {
    DetailRequest audit = drawn();
    assertThat(audit.lane()).isEqualTo(Lane.AUDIT);
    assertThat(audit.runId()).isNull();
    assertThat(bench.claims()).isEmpty();
    answer(audit, "Notebook", 0);
    assertThat(bench.certificate().audited()).isEqualTo(1);
    assertThat(bench.certificate().missed()).isEqualTo(0);
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.requests).as("one at a time").hasSize(2);
  }

  @Test
  void aChangeThatTheListDidNotShowIsCounted() {
    answer(drawn(), "Impressora", 0);
    assertThat(bench.certificate().audited()).isEqualTo(1);
    assertThat(bench.certificate().missed()).isEqualTo(1);
  }

  @Test
  void aChangeThatTheListWillShowIsNoneThatItMisses() {
    answer(drawn(), "Impressora", 6);
    assertThat(bench.certificate().audited()).isEqualTo(1);
    assertThat(bench.certificate().missed()).isEqualTo(0);
  }

  @Test
  void whatChangesMeanwhileIsNoAudit() {
    DetailRequest audit = drawn();
    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, Given.header(1, 6), now + 1));
    answer(audit, "Impressora", 0);
    assertThat(bench.certificate().audited()).isEqualTo(0);
  }

  @Test
  void withoutASightingNothingIsDrawn() {
    bench.pass(Duration.ofHours(10));
    assertThat(bench.requests).hasSize(1);
  }

  @Test
  void theTimeOfTheNextOneOutlivesARestart() {
    bench.pass(Duration.ofHours(2));
    bench.crash();
    bench.pass(Duration.ofHours(1));
    bench.header(Given.watched(Given.header(1, 0), 3 * 3600 - 1));
    bench.pass(Duration.ofSeconds(1));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void anAuditIsNeverInARunsCount() {
    DetailRequest audit = drawn();
    answer(audit, "Impressora", 0);
    bench.header(Given.end(RUN, Mode.FULL, 5));
    assertThat(bench.run(RUN).requested()).isEqualTo(1);
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(now + 3)));
    assertThat(bench.certificate().audited()).isEqualTo(1);
  }

  private DetailRequest drawn() {
    bench.header(Given.watched(Given.header(1, 0), 2));
    bench.pass(LedgerRules.DEFAULT.auditEvery());
    bench.pass(Duration.ofMillis(100));
    now = LedgerRules.DEFAULT.auditEvery().toSeconds() + 1;
    List<DetailRequest> requests = bench.requests;
    assertThat(requests).hasSize(2);
    return requests.get(1);
  }

  private void answer(DetailRequest request, String equipamento, int situacao) {
    bench.result(Given.fetched(request, Given.detail(1, situacao, equipamento), now + 2));
    bench.pass(Duration.ofSeconds(1));
  }
}
