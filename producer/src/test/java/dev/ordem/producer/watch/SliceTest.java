package dev.ordem.producer.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.tiny.order.HeaderQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SliceTest {
  private static final List<Integer> OPEN = List.of(0, 1, 2, 5, 6);
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void anUnknownAccountHasOnePageOfEachList() {
    assertThat(SlicePlan.of(OPEN, Map.of()))
        .containsExactlyInAnyOrder(
            Slice.newest(),
            Slice.ofStatus(0, 0),
            Slice.ofStatus(1, 0),
            Slice.ofStatus(2, 0),
            Slice.ofStatus(5, 0),
            Slice.ofStatus(6, 0),
            Slice.range(0));
  }

  @Test
  void aListHasAsManyPagesAsItsTotalFills() {
    assertThat(SlicePlan.of(List.of(6), Map.of("status-6", 200L, "range", 100L)))
        .containsExactlyInAnyOrder(
            Slice.newest(),
            Slice.ofStatus(6, 0),
            Slice.ofStatus(6, 1),
            Slice.ofStatus(6, 2),
            Slice.range(0));
    assertThat(SlicePlan.of(List.of(6), Map.of("status-6", 199L))).hasSize(4);
  }

  @Test
  void aSliceIsKnownAgainByItsName() {
    for (Slice slice : List.of(Slice.newest(), Slice.ofStatus(6, 12), Slice.range(345))) {
      assertThat(Slice.named(slice.name())).contains(slice);
    }
    assertThat(Slice.named("status-12/0")).isEmpty();
    assertThat(Slice.named("range/")).isEmpty();
  }

  @Test
  void newestIsReadBackwardsAndTheOthersForwards() {
    assertThat(Slice.newest().query().order()).isEqualTo(HeaderQuery.Order.DESC);
    assertThat(Slice.range(3).query().offset()).isEqualTo(297);
    assertThat(Slice.range(3).query().situacao()).isNull();
    assertThat(Slice.ofStatus(5, 1).query().situacao()).isEqualTo(5);
  }

  @Test
  void aRateIsWhatWasSeenInTheTimeItCameIn() {
    ChangeRate rate = ChangeRate.UNKNOWN;
    for (int look = 0; look < 400; look++) {
      rate = rate.after(look % 2, Duration.ofSeconds(30), HOUR);
    }
    assertThat(rate.perSecond(1, 0)).isBetween(0.9 / 60, 1.1 / 60);
    assertThat(rate.seconds()).isLessThan(HOUR.toSeconds() * 1.1);
  }

  @Test
  void aRateFollowsTheHabitsOfTheDay() {
    ChangeRate rate = new ChangeRate(240, 2_400);
    for (int look = 0; look < 240; look++) {
      rate = rate.after(0, Duration.ofSeconds(30), Duration.ofMinutes(40));
    }
    assertThat(rate.perSecond(0, 0)).isLessThan(0.1 / 15);
  }

  @Test
  void whatIsLookedAtSeldomIsRememberedForTenLooks() {
    ChangeRate rate =
        ChangeRate.UNKNOWN.after(4, Duration.ofHours(6), HOUR).after(0, Duration.ofHours(6), HOUR);
    assertThat(rate.changes()).isGreaterThan(3.5);
  }

  @Test
  void allOrdersChangedAtOnceSayLittleOfLater() {
    assertThat(ChangeRate.UNKNOWN.after(100, Duration.ofSeconds(10), HOUR).changes()).isEqualTo(10);
  }

  @Test
  void aPriorCountsForItsWeight() {
    assertThat(ChangeRate.UNKNOWN.perSecond(0.5, 10)).isEqualTo(0.5);
    assertThatThrownBy(() -> new ChangeRate(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
