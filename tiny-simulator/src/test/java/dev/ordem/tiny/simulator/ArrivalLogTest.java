package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ArrivalLogTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  @Property
  void theFullestWindowIsFoundWhereverItLiesAndInWhateverOrderCallsWereLogged(
      @ForAll @Size(max = 80) List<@IntRange(max = 5_000) Integer> millis,
      @ForAll @IntRange(min = 1, max = 2_000) int window) {
    ArrivalLog log = new ArrivalLog();
    millis.forEach(at -> log.add(arrival(at, Endpoint.LIST, 0, 200)));
    int most = 0;
    for (int from : millis) {
      int inside = (int) millis.stream().filter(at -> at >= from && at < from + window).count();
      most = Math.max(most, inside);
    }
    assertThat(log.most(Duration.ofMillis(window))).isEqualTo(most);
  }

  @Test
  void callsExactlyAWindowApartAreNotInOne() {
    ArrivalLog log = new ArrivalLog();
    log.add(arrival(0, Endpoint.LIST, 0, 200));
    log.add(arrival(1_000, Endpoint.LIST, 0, 200));
    assertThat(log.most(Duration.ofSeconds(1))).isEqualTo(1);
    assertThat(log.most(Duration.ofMillis(1_001))).isEqualTo(2);
  }

  @Test
  void refusedCallsAreArrivalsButNotReads() {
    ArrivalLog log = new ArrivalLog();
    log.add(arrival(0, Endpoint.DETAIL, 7, 200));
    log.add(arrival(1, Endpoint.DETAIL, 7, 429));
    log.add(arrival(2, Endpoint.DETAIL, 7, 500));
    assertThat(log.count()).isEqualTo(3);
    assertThat(log.most(Duration.ofSeconds(1))).isEqualTo(3);
    assertThat(log.byStatus()).containsEntry(429, 1L);
    assertThat(log.byEndpoint()).containsEntry(Endpoint.DETAIL, 3L);
    assertThat(log.detailReads()).containsEntry(7L, 2);
    log.clear();
    assertThat(log.count()).isZero();
    assertThat(log.all()).isEmpty();
  }

  private static Arrival arrival(int millis, Endpoint endpoint, long id, int status) {
    return new Arrival(NOON.plusMillis(millis), endpoint, id, status);
  }
}
