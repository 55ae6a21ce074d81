package dev.ordem.producer.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LookPolicyTest {
  private static final Instant BEGIN = Instant.parse("2026-01-05T08:00:00Z");

  @Test
  void whatNobodyEverLookedAtIsFirst() {
    Account account = new Account(List.of(Slice.newest(), Slice.ofStatus(6, 0), Slice.range(0)));
    account.look(BEGIN);
    account.look(BEGIN.plusSeconds(2));
    assertThat(account.looks).containsOnlyKeys(Slice.newest(), Slice.ofStatus(6, 0));
  }

  @Test
  void intervalsAreInverseToTheSquareRootOfTheRate() {
    List<Slice> slices = new ArrayList<>();
    for (int page = 0; page < 5; page++) {
      slices.add(Slice.ofStatus(6, page));
      slices.add(Slice.ofStatus(1, page));
    }
    Account account = new Account(slices);
    slices.forEach(
        slice ->
            account.rates.put(slice, Objects.equals(slice.situacao(), 6) ? 1 / 20.0 : 1 / 320.0));
    account.run(BEGIN, Duration.ofSeconds(2), 20_000);
    double often =
        slices.stream().mapToInt(s -> Objects.equals(s.situacao(), 6) ? account.looks(s) : 0).sum();
    double ratio = often / (20_000 - often);
    assertThat(ratio).isCloseTo(4, within(0.5));
  }

  @Test
  void aChangeOfWhatIsOverCountsAQuarter() {
    ChangeRate known = new ChangeRate(1_000, 100_000);
    SliceState open = new SliceState(Slice.newest(), known, BEGIN, BEGIN.minusSeconds(100), false);
    assertThat(LookPolicy.next(List.of(open, closed(known, 190)), 0, BEGIN, BEGIN))
        .contains(open.slice());
    assertThat(LookPolicy.next(List.of(open, closed(known, 210)), 0, BEGIN, BEGIN))
        .contains(Slice.range(0));
  }

  private static SliceState closed(ChangeRate rate, int age) {
    return new SliceState(Slice.range(0), rate, BEGIN, BEGIN.minusSeconds(age), false);
  }

  @Test
  void aListWhoseTotalTellsOfSomethingUnseenIsNext() {
    List<SliceState> slices =
        List.of(
            state(Slice.ofStatus(6, 0), 100, BEGIN.minusSeconds(300)),
            state(Slice.ofStatus(6, 1), 0, BEGIN.minusSeconds(10)).hint());
    assertThat(LookPolicy.next(slices, 0, BEGIN, BEGIN)).contains(Slice.ofStatus(6, 1));
  }

  @Test
  void aQuietAccountIsLookedAtOnceInHalfAMinute() {
    Account account =
        new Account(List.of(Slice.newest(), Slice.ofStatus(0, 0), Slice.ofStatus(6, 0)));
    account.changedAt = BEGIN.minus(LookPolicy.QUIET);
    account.run(BEGIN, Duration.ofSeconds(1), 3_600);
    assertThat(account.looks.values()).allSatisfy(count -> assertThat(count).isBetween(100, 121));
  }

  @Test
  void everyFourthLookIsForWhatIsOverdueWhateverItsRate() {
    SliceState busy =
        new SliceState(
            Slice.newest(), new ChangeRate(9_000, 900), BEGIN, BEGIN.minusSeconds(60), false);
    SliceState overdue =
        new SliceState(
            Slice.range(7), new ChangeRate(0, 1e9), BEGIN, BEGIN.minus(LookPolicy.SWEEP), false);
    List<SliceState> slices = List.of(busy, overdue);
    assertThat(LookPolicy.next(slices, 4, BEGIN, BEGIN)).contains(busy.slice());
    assertThat(LookPolicy.next(slices, 3, BEGIN, BEGIN)).contains(overdue.slice());
  }

  @Test
  void whileRatesAreHighTheSweepOfAllOrdersGoesOn() {
    List<Slice> slices = new ArrayList<>(List.of(Slice.newest(), Slice.ofStatus(6, 0)));
    for (int page = 0; page < 500; page++) {
      slices.add(Slice.range(page));
    }
    Account account = new Account(slices);
    account.rates.put(Slice.newest(), 1.0);
    account.rates.put(Slice.ofStatus(6, 0), 1.0);
    account.run(BEGIN, Duration.ofSeconds(2), 3_000);
    assertThat(account.looks).hasSize(slices.size());
  }

  @Property(tries = 60)
  void everySliceHasItsTurnAgainAndAgain(
      @ForAll @IntRange(min = 1, max = 30) int pages, @ForAll Random random) {
    List<Slice> slices = new ArrayList<>(List.of(Slice.newest()));
    for (int page = 0; page < pages; page++) {
      slices.add(Slice.ofStatus(random.nextInt(7), page));
      slices.add(Slice.range(page));
    }
    Account account = new Account(slices);
    slices.forEach(slice -> account.rates.put(slice, random.nextDouble() * random.nextInt(2)));
    account.run(BEGIN, Duration.ofSeconds(2), 8_000);
    slices.forEach(slice -> assertThat(account.looks(slice)).as("%s", slice).isGreaterThan(1));
  }

  @Property
  void noSliceIsLookedAtBeforeItMayBe(
      @ForAll @IntRange(min = 0, max = 100) int sinceLooked,
      @ForAll @IntRange(min = 0, max = 7_200) int sinceChanged,
      @ForAll @IntRange(min = 0, max = 7) int looks) {
    List<SliceState> slices =
        List.of(state(Slice.newest(), 3, BEGIN.minusMillis(sinceLooked * 500L)));
    Instant changed = BEGIN.minusSeconds(sinceChanged);
    Optional<Slice> next = LookPolicy.next(slices, looks, changed, BEGIN);
    Instant earliest = LookPolicy.earliest(slices, changed, BEGIN);
    assertThat(next.isPresent()).isEqualTo(!earliest.isAfter(BEGIN));
    assertThat(LookPolicy.next(slices, looks, changed, earliest)).isPresent();
  }

  @Test
  void aClockThatIsSetBackStopsNothing() {
    List<Slice> slices = List.of(Slice.newest(), Slice.ofStatus(6, 0), Slice.ofStatus(5, 0));
    Account account = new Account(slices);
    Instant ahead = BEGIN.plusSeconds(3_000);
    slices.forEach(slice -> account.states.put(slice, state(slice, 1, ahead)));
    account.run(BEGIN, Duration.ofSeconds(2), 30);
    assertThat(account.looks)
        .hasSize(3)
        .allSatisfy((slice, looks) -> assertThat(looks).isGreaterThan(5));
    SliceState again = state(Slice.newest(), 1, ahead).looked(2, BEGIN);
    assertThat(again.lookedAt()).isEqualTo(BEGIN);
    assertThat(again.rate()).as("nothing is learned").isEqualTo(new ChangeRate(1, 1_000));
  }

  private static SliceState state(Slice slice, int changes, Instant lookedAt) {
    return new SliceState(
        slice, new ChangeRate(changes, 1_000), BEGIN.minusSeconds(9_000), lookedAt, false);
  }

  /** An account whose slices change by chance. */
  private static final class Account {
    private final Map<Slice, SliceState> states = new HashMap<>();
    private final Map<Slice, Double> rates = new HashMap<>();
    private final Map<Slice, Integer> looks = new HashMap<>();
    private final Random random = new Random(7);
    private Instant changedAt = BEGIN;
    private long made;

    Account(List<Slice> slices) {
      slices.forEach(slice -> states.put(slice, SliceState.fresh(slice, BEGIN)));
    }

    void run(Instant from, Duration pause, int times) {
      for (int i = 0; i < times; i++) {
        look(from.plus(pause.multipliedBy(i)));
      }
    }

    void look(Instant now) {
      Optional<Slice> next = LookPolicy.next(states.values(), made, changedAt, now);
      if (next.isEmpty()) {
        return;
      }
      made++;
      SliceState state = Objects.requireNonNull(states.get(next.get()));
      double expected = rates.getOrDefault(next.get(), 0.0) * state.age(now).toMillis() / 1000.0;
      int changes = poisson(Math.min(expected, 30));
      if (changes > 0) {
        changedAt = now;
      }
      states.put(next.get(), state.looked(changes, now));
      looks.merge(next.get(), 1, Integer::sum);
    }

    int looks(Slice slice) {
      return looks.getOrDefault(slice, 0);
    }

    private int poisson(double mean) {
      int count = 0;
      for (double left = Math.exp(-mean), at = random.nextDouble(); at > left; count++) {
        at *= random.nextDouble();
      }
      return count;
    }
  }
}
