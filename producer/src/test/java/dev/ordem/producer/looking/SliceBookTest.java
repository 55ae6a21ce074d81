package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.http.TinyError;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** By a clock that is set. */
class SliceBookTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Slice OPEN = Slice.ofStatus(6, 0);
  private static final TinyError BUSY =
      new TinyError(TinyError.Cause.SERVER, "GET ordem-servico: status 500", null, 500);

  @Property
  void aSliceOfWhichAPartIsLeftHasItsTurnWithinSecondsWhereverTheClockIsSet(
      @ForAll @LongRange(min = -100_000, max = 100_000) long step) {
    SliceBook book =
        new SliceBook(
            Plan.openStatuses(), new WatchTable.Learned(Map.of(), Map.of(), 0, null), NOW);
    book.broken().failed(OPEN, BUSY, NOW);
    book.failed(OPEN, NOW);
    Instant set = NOW.plusSeconds(step);
    assertThat(book.earliest(true, set)).isBeforeOrEqualTo(set.plusSeconds(1));

    Set<Slice> had = new HashSet<>();
    for (int second = 0; second < 15; second++) {
      Instant now = set.plus(Duration.ofSeconds(second));
      Optional<Slice> next = book.next(true, now);
      next.ifPresent(slice -> book.query(slice, now));
      next.ifPresent(slice -> book.failed(slice, now));
      next.ifPresent(had::add);
    }
    assertThat(had).contains(OPEN);
  }
}
