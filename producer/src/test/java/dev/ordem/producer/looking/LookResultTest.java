package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LookResultTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  private static final long DAY = 86_400;
  private static final Slice STATUS = Slice.ofStatus(6, 0);

  private final ShownOrders shown = new ShownOrders();
  private final Map<Long, KnownOrder> postgres = new HashMap<>();

  @Test
  void aLookThatShowsNothingNewTellsNothing() {
    know(1, 6);
    look(STATUS, 0, row(1, 6));
    LookResult again = look(STATUS, 10, row(1, 6));
    assertThat(again.events()).isEmpty();
    assertThat(again.changes()).isZero();
  }

  @Test
  void whatNoWatcherOfThisProcessToldIsToldOnceAndIsNoChange() {
    know(1, 6);
    LookResult first = look(STATUS, 0, row(1, 6));
    assertThat(first.events()).hasSize(1).first().isInstanceOf(HeaderEvent.Seen.class);
    assertThat(first.changes()).isZero();
    assertThat(look(STATUS, 0, row(2, 6)).changes()).as("order 2 is new, 1 left").isEqualTo(2);
  }

  @Test
  void aChangeIsToldWithTheLastLookThatDidNotShowIt() {
    know(1, 6);
    look(Slice.newest(), 0, row(1, 6));
    look(Slice.newest(), 10, row(1, 6));
    LookResult changed = look(Slice.newest(), 20, row(1, 3));
    assertThat(changed.events())
        .containsExactly(
            new HeaderEvent.SeenAgain("loja", 1, 6, T0.plusSeconds(10), T0.plusSeconds(11)),
            seen(1, 3, 20));
    assertThat(changed.changes()).isEqualTo(1);
  }

  @Test
  void whatPostgresShowsOtherwiseIsToldAgainAMinuteLater() {
    know(1, 6);
    look(STATUS, 0, row(1, 6));
    know(1, 3); // a detail was read in between, and the order went back since
    look(Slice.newest(), 30, row(1, 6));
    assertThat(look(Slice.newest(), 30, row(1, 6)).events()).isEmpty();
    LookResult later = look(Slice.newest(), 62, row(1, 6));
    assertThat(later.events()).contains(seen(1, 6, 62));
    assertThat(look(Slice.newest(), 70, row(1, 6)).events()).isEmpty();
  }

  @Test
  void anOrderThatLeftItsStatusIsMissed() {
    know(1, 6);
    know(2, 6);
    look(STATUS, 0, row(1, 6), row(2, 6));
    LookResult left = look(STATUS, 10, row(1, 6));
    assertThat(left.events())
        .containsExactly(
            new HeaderEvent.Unlisted("loja", 2, 6, T0.plusSeconds(10), T0.plusSeconds(11)));
    assertThat(look(STATUS, 20, row(1, 6)).events()).as("told once").isEmpty();
    assertThat(look(STATUS, 700, row(1, 6)).missing()).as("and later again").containsExactly(2L);
  }

  @Test
  void listAndDetailThatNeverAgreeAreToldEverMoreSeldom() {
    know(1, 3);
    assertThat(eventsOfADay(STATUS, row(1, 6))).isBetween(12, 40);
  }

  @Test
  void norAreTheyWherePostgresShowsWhatTheListDoesUntilTheDetailIsReadAgain() {
    int told = 0;
    long toldAt = -1;
    for (long second = 0; second < DAY; second += 10) {
      know(1, second - toldAt < 200 && toldAt >= 0 ? 6 : 3);
      if (!look(STATUS, second, row(1, 6)).told().isEmpty()) {
        told++;
        toldAt = second;
      }
    }
    assertThat(told).isBetween(12, 20);
  }

  @Test
  void anOrderThatOnlyItsDetailShowsIsMissedEverMoreSeldom() {
    know(1, 6);
    assertThat(eventsOfADay(STATUS)).isBetween(12, 20);
  }

  @Test
  void listsThatContradictEachOtherAreToldEverMoreSeldom() {
    know(1, 6);
    int told = 0;
    for (long second = 0; second < DAY; second += 10) {
      told += look(STATUS, second).events().size();
      told += look(Slice.newest(), second + 5, row(1, 6)).events().size();
    }
    assertThat(told).isBetween(30, 60);
  }

  @Test
  void anOrderThatMovesOnIsMissedAtOnceWhereverItWas() {
    know(2, 6);
    look(STATUS, 0, row(2, 6));
    assertThat(look(STATUS, 10).missing()).containsExactly(2L);
    know(2, 5);
    look(Slice.ofStatus(5, 0), 12, row(2, 5));
    assertThat(look(Slice.ofStatus(5, 0), 14).missing()).containsExactly(2L);
  }

  @Test
  void whatIsMissedAgainAndAgainIsOneChange() {
    know(2, 6);
    assertThat(look(STATUS, 10).changes()).isEqualTo(1);
    LookResult again = look(STATUS, 700);
    assertThat(again.missing()).containsExactly(2L);
    assertThat(again.changes()).isZero();
  }

  /** With a look every ten seconds. */
  private int eventsOfADay(Slice slice, OrderHeader... rows) {
    int told = 0;
    for (long second = 0; second < DAY; second += 10) {
      told += look(slice, second, rows).events().size();
    }
    return told;
  }

  @Test
  void whatAnotherListShowedAlreadyIsNotMissed() {
    know(2, 6);
    look(STATUS, 0, row(2, 6));
    look(Slice.ofStatus(5, 0), 5, row(2, 5));
    assertThat(look(STATUS, 6).events()).isEmpty();
  }

  @Test
  void anOrderThatComesBackIsToldWhateverItWasBefore() {
    know(2, 6);
    look(STATUS, 0, row(2, 6));
    look(STATUS, 10);
    assertThat(look(STATUS, 20, row(2, 6)).events()).containsExactly(seen(2, 6, 20));
  }

  @Test
  void aPageThatMissesMostOfWhatIsKnownTellsOfNone() {
    for (long id = 1; id <= 10; id++) {
      know(id, 3);
    }
    LookResult empty = look(Slice.range(0), 0);
    assertThat(empty.doubtful()).isTrue();
    assertThat(empty.missing()).isEmpty();
    LookResult some = look(Slice.range(0), 10, rows(3, 1, 2, 3, 4, 5, 6, 7));
    assertThat(some.doubtful()).isFalse();
    assertThat(some.missing()).containsExactly(8L, 9L, 10L);
  }

  @Test
  void whatARowWithoutAnIdMayBeIsNotMissed() {
    for (long id = 1; id <= 9; id++) {
      know(id, 6);
    }
    assertThat(beside(0, 1, 2, 0, 4, 5, 6, 7, 8, 9).events()).as("3 it may be").hasSize(8);
    LookResult left = beside(10, 1, 2, 0, 4, 5, 6, 8, 9);
    assertThat(left.missing()).containsExactly(7L);
  }

  @Test
  void beyondAsManyAsItMayBeTheyAreMissedAndThenNoMore() {
    for (long id = 1; id <= 5; id++) {
      know(id, 6);
    }
    beside(0, 1, 2, 0, 4, 5);
    assertThat(beside(10, 1, 0, 4, 5).missing()).as("one of them left").containsExactly(2L, 3L);
    assertThat(beside(20, 1, 0, 4, 5).missing()).isEmpty();
    know(2, 3); // as its detail said
    for (long second = 30; second < DAY; second += 10) {
      assertThat(beside(second, 1, 0, 4, 5).missing()).isEmpty();
    }
  }

  @Test
  void whoeverMayBeOneOfManyRowsWithoutIdsIsNotAskedForWithAllOthers() {
    for (long id = 1; id <= 20; id++) {
      know(id, 6);
    }
    long[] rows = new long[18];
    rows[0] = 1;
    rows[17] = 20;
    assertThat(beside(0, rows).missing()).as("two of eighteen left").isEmpty();
  }

  /** A look at rows of status 6; 0: a row without an id. */
  private LookResult beside(long second, long... ids) {
    List<OrderHeader> headers = new ArrayList<>();
    List<UnreadableHeader> others = new ArrayList<>();
    for (int row = 0; row < ids.length; row++) {
      if (ids[row] == 0) {
        others.add(new UnreadableHeader(JsonNodeFactory.instance.objectNode(), "no id", row));
      } else {
        headers.add(row(ids[row], 6));
      }
    }
    return look(STATUS, second, new HeaderPage(headers, others, 100, 0, (long) ids.length));
  }

  @Test
  void detailsOfWhatIsOverAreLeftToRuns() {
    postgres.put(1L, new KnownOrder(1, 6, "Cliente 1", List.of(), false));
    postgres.put(2L, new KnownOrder(2, 6, "Cliente 2", List.of(), true));
    LookResult range = look(Slice.range(0), 0, row(1, 3), row(2, 3));
    assertThat(range.events())
        .extracting(event -> ((HeaderEvent.Seen) event).headersOnly())
        .containsExactly(true, false);
    LookResult quick = look(Slice.newest(), 5, row(2, 3), row(1, 0));
    assertThat(((HeaderEvent.Seen) quick.events().get(0)).headersOnly()).isFalse();
  }

  private void know(long id, int situacao) {
    postgres.put(id, new KnownOrder(id, situacao, "Cliente " + id, List.of(), true));
  }

  private LookResult look(Slice slice, long second, OrderHeader... rows) {
    return look(
        slice, second, new HeaderPage(Arrays.asList(rows), List.of(), 100, 0, (long) rows.length));
  }

  private LookResult look(Slice slice, long second, HeaderPage page) {
    Interval at = new Interval(T0.plusSeconds(second), T0.plusSeconds(second + 1));
    LookResult.Look read = new LookResult.Look("loja", slice, page, at);
    LookResult result = LookResult.of(read, shown, postgres, PageSpan.of(slice, page).orElse(null));
    shown.note(read, result, Set.of());
    return result;
  }

  private static HeaderEvent.Seen seen(long id, int situacao, long second) {
    return new HeaderEvent.Seen(
        "loja",
        null,
        Mode.INCREMENTAL,
        false,
        dev.ordem.producer.reading.HeaderMapping.of(row(id, situacao)),
        T0.plusSeconds(second + 1),
        T0.plusSeconds(second),
        null);
  }

  private static OrderHeader row(long id, int situacao) {
    return FakeTiny.header(id, situacao, LocalDate.of(2026, 1, 1));
  }

  private static OrderHeader[] rows(int situacao, long... ids) {
    return Arrays.stream(ids).mapToObj(id -> row(id, situacao)).toArray(OrderHeader[]::new);
  }
}
