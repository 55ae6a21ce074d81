package dev.ordem.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ordem.bench.Terms.Delays;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FindingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Delays NONE = new Delays(Duration.ZERO, Duration.ZERO);

  @Test
  void aWindowIsLaidWhereItHoldsMostAndDoesNotHoldItsEnd() {
    Instant[] times =
        LongStream.of(0, 900, 950, 999, 1899, 1900).mapToObj(this::at).toArray(Instant[]::new);

    assertThat(Finding.most(times, Duration.ofSeconds(1))).isEqualTo(4);
    assertThat(Finding.most(new Instant[0], Duration.ofSeconds(1))).isZero();
  }

  @Test
  void aLimiterThatServesTheLimitInEveryWindowUsesAllOfIt() {
    Terms terms = terms(4, 0);
    Finding finding = Finding.of(every(250, 200, 40), terms, START);

    assertThat(finding.used()).isCloseTo(1, within(1e-9));
    assertThat(finding.mostInWindow()).isEqualTo(4);
    assertThat(finding.served()).isEqualTo(40);
  }

  @Test
  void waitingATenthOfAWindowTooLongUsesTenElevenths() {
    Finding finding = Finding.of(every(275, 200, 36), terms(4, 0), START);

    assertThat(finding.used()).isCloseTo(10.0 / 11, within(1e-9));
  }

  @Test
  void whatWasRefusedArrivedButWasNotServed() {
    Finding finding = Finding.of(every(100, 429, 100), terms(4, 0), START);

    assertThat(finding.mostInWindow()).isEqualTo(10);
    assertThat(finding.refused()).isEqualTo(100);
    assertThat(finding.served()).isZero();
    assertThat(finding.used()).isZero();
  }

  @Test
  void besideAnotherApplicationOnlyTheRestCanBeUsed() {
    Finding finding = Finding.of(every(500, 200, 20), terms(4, 0.5), START);

    assertThat(finding.used()).isCloseTo(1, within(1e-9));
  }

  @Test
  void warmingUpCountsForTheLimitAndNotForTheRest() {
    Finding finding = Finding.of(every(100, 200, 20), terms(4, 0), at(2000));

    assertThat(finding.mostInWindow()).isEqualTo(10);
    assertThat(finding.served()).isZero();
  }

  private static Terms terms(int limit, double foreign) {
    return new Terms(0, limit, Duration.ofSeconds(1), 1, 1, 10, NONE, 0, foreign, false);
  }

  private List<Arrival> every(long millis, int status, int count) {
    return LongStream.range(0, count)
        .mapToObj(n -> new Arrival(at(n * millis), Endpoint.DETAIL, 1, status))
        .toList();
  }

  private Instant at(long millis) {
    return START.plusMillis(millis);
  }
}
