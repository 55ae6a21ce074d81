package dev.ordem.producer.looking;

import static dev.ordem.producer.looking.WatchFixture.ALL;
import static dev.ordem.producer.looking.WatchFixture.GOOD;
import static dev.ordem.producer.looking.WatchFixture.WHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.runs.UnreadableHeaders;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One account of which a page cannot be had. */
class BrokenSlicesTest {
  @RegisterExtension private static final WatchDatabase given = new WatchDatabase();

  private WatchFixture watched;

  @BeforeEach
  void clear() throws Exception {
    watched = new WatchFixture(given);
  }

  @Test
  void aListOfWhichNothingIsServedKeepsNoOtherFromBeingLookedAtAndIsNamedAndAges()
      throws Exception {
    AccountWatch watch = watched.begun();
    watched.looks(watch, 30, GOOD);
    Instant good = watched.clock.instant();
    watched.refused = 6;
    watched.looks(watch, 240, GOOD);

    assertThat(
            given.database.texts("SELECT slice FROM watch_slice WHERE looked_at > '" + good + "'"))
        .hasSize(6)
        .doesNotContain("status-6/0");
    watched.watchMeters.publish(Set.of("loja"));
    assertThat(watched.gauge("ordem.watch.age.seconds", "status-6")).isGreaterThan(240);
    assertThat(watched.gauge("ordem.watch.age.seconds", "status-5")).isLessThan(30);
    assertThat(watched.failures())
        .containsExactly("status-6/0, at the beginning of the list, rows 1 to 100: " + WHY);

    watched.refused = -1;
    watched.looks(watch, 400, GOOD);
    assertThat(watched.gauge("ordem.watch.age.seconds", "status-6")).isLessThan(60);
    assertThat(watched.failures()).isEmpty();
  }

  @Test
  void aRowThatNoPageCanShowStandsAloneAndIsNamedAndAllOthersAreSeen() throws Exception {
    for (int id = 1; id <= 150; id++) {
      watched.tiny.add(id, id <= 90 ? 6 : 3, LocalDate.of(2026, 1, 1));
    }
    watched.tiny.broken.add(31L);
    AccountWatch watch = watched.begun();
    watched.looks(watch, 180, GOOD);

    assertThat(watched.told()).hasSize(149).doesNotContain(31L);
    assertThat(watched.failures())
        .containsExactlyInAnyOrder(
            "status-6/0, behind order 30, row 31: " + WHY,
            "range/0, behind order 30, row 31: " + WHY);
    assertThat(watched.waitsFor()).isEqualTo("null");
    watched.watchMeters.publish(Set.of("loja"));
    assertThat(watched.gauge("ordem.watch.age.seconds", "status-6")).isLessThan(30);

    watched.tiny.remove(20);
    watched.tiny.add(20, 0, LocalDate.of(2026, 1, 1));
    watched.tiny.add(151, 6, LocalDate.of(2026, 1, 1));
    int before = watched.events().size();
    watched.looks(watch, 30, GOOD);
    assertThat(watched.events().stream().skip(before))
        .as("what moves beside it is seen as soon as ever")
        .extracting(event -> ((HeaderEvent.OfOrder) event).key().osId())
        .contains(20L, 151L);
    watched.looks(watch, 60, GOOD);
    assertThat(watched.failures())
        .contains("status-6/0, behind order 30, row 30: " + WHY)
        .doesNotContain("status-6/0, behind order 30, row 31: " + WHY);

    watched.tiny.broken.clear();
    watched.looks(watch, 660, GOOD);
    assertThat(watched.told()).contains(31L);
    assertThat(watched.failures()).isEmpty();
  }

  @Test
  void whatAnotherWatcherNamedGoesWhenItsSliceIsSeenWithoutIt() throws Exception {
    new UnreadableHeaders(given.pool)
        .remember(
            "loja",
            List.of(
                new UnreadableHeaders.Item("status-6/0, behind order 3, row 2", "x", "500"),
                new UnreadableHeaders.Item("behind order 3, row 2", "x", "500")));
    watched.looks(watched.begun(), 30, GOOD);
    assertThat(watched.failures()).as("what a run named is the runs'").hasSize(1);
  }

  @Test
  void aPageThatFailsOnceIsAskedForAgainAndNotInPieces() throws Exception {
    AccountWatch watch = watched.begun();
    watched.refused = 6;
    while (watched.tiny.asked.stream().noneMatch(query -> Objects.equals(query.situacao(), 6))) {
      watched.looks(watch, 1, GOOD);
    }
    watched.refused = -1;
    int before = watched.tiny.asked.size();
    watched.looks(watch, 4, GOOD);
    assertThat(watched.tiny.asked.subList(before, watched.tiny.asked.size()))
        .as("soon")
        .anyMatch(query -> Objects.equals(query.situacao(), 6));
    assertThat(watched.tiny.asked).allMatch(query -> query.limit() == 100);
  }

  @Test
  void whereNothingIsServedLooksBecomeRareAndNoSliceIsTakenApart() throws Exception {
    watched.tiny.add(7, 6, LocalDate.of(2026, 1, 1));
    AccountWatch watch = watched.begun();
    watched.looks(watch, 20, GOOD);
    int before = watched.tiny.asked.size();
    watched.refused = ALL;
    watched.looks(watch, 300, GOOD);
    assertThat(watched.waitsFor()).isEqualTo("GET ordem-servico: status 500");
    assertThat(watched.tiny.asked.size() - before).isBetween(10, 30);
    assertThat(watched.tiny.asked).allMatch(query -> query.limit() == 100);
    assertThat(watched.failures()).isEmpty();

    watched.refused = -1;
    watched.looks(watch, 60, GOOD);
    assertThat(watched.waitsFor()).isEqualTo("null");
  }
}
