package dev.ordem.detail.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.Lane;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SeatsTest {
  private final Seats seats = new Seats(8);

  @Test
  void anAccountLeavesAQuarterToOthers() {
    assertThat(taken("a", Lane.HOT, 1)).isEqualTo(6);
    assertThat(taken("b", Lane.BACKFILL, 1)).isEqualTo(1);
  }

  @Test
  void whatFailedBeforeHasAQuarter() {
    assertThat(taken("a", Lane.RETRY, 2)).isEqualTo(2);
    assertThat(taken("b", Lane.RETRY, 3)).isZero();
    assertThat(taken("b", Lane.HOT, 1)).isEqualTo(5);
  }

  @Test
  void oneIsForWhatAPersonWaitsFor() {
    assertThat(taken("a", Lane.HOT, 1) + taken("b", Lane.HOT, 1)).isEqualTo(7);
    assertThat(taken("a", Lane.REFRESH, 1)).isEqualTo(1);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    DetailRequest request = request("a", Lane.RETRY, 2);
    assertThat(seats.take(request)).isTrue();
    assertThat(seats.take(request)).isTrue();
    assertThat(seats.take(request)).isFalse();
    seats.leave(request);
    assertThat(seats.take(request)).isTrue();
    seats.leave(request);
    seats.leave(request);
    assertThat(taken("a", Lane.HOT, 1)).isEqualTo(6);
  }

  @Test
  void whereThereAreFewEachIsForAll() {
    Seats one = new Seats(1);
    assertThat(one.take(request("a", Lane.AUDIT, 5))).isTrue();
    Seats two = new Seats(2);
    assertThat(two.take(request("a", Lane.HOT, 1))).isTrue();
    assertThat(two.take(request("a", Lane.HOT, 1))).isTrue();
  }

  private int taken(String account, Lane lane, int attempt) {
    int taken = 0;
    while (seats.take(request(account, lane, attempt))) {
      taken++;
    }
    return taken;
  }

  private static DetailRequest request(String account, Lane lane, int attempt) {
    return new DetailRequest(new UUID(0, 1), account, 1, null, lane, attempt, Instant.EPOCH, null);
  }
}
