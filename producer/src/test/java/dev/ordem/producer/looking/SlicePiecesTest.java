package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlicePiecesTest {
  private FakeTiny tiny = new FakeTiny();
  private TreeSet<Long> orders = new TreeSet<>();
  private final Set<Long> seen = new HashSet<>();
  private int calls;

  /** While the list stands still, and then after rows left it and came into it anywhere. */
  @Property(tries = 300)
  void everyRowThatAPageCanShowIsSeenInEachRoundAndTheOthersAreNamed(
      @ForAll Random random,
      @ForAll @IntRange(min = 0, max = 260) int rows,
      @ForAll @IntRange(min = 0, max = 12) int faults,
      @ForAll @IntRange(min = 0, max = 1) int page)
      throws Exception {
    tiny = new FakeTiny(); // all tries are one instance's
    orders = new TreeSet<>();
    for (long id = 2; id <= 2L * rows; id += 2) {
      add(id);
    }
    for (int i = 0; i < faults && rows > 0; i++) {
      tiny.broken.add(2L + 2L * random.nextInt(rows));
    }
    Slice slice = Slice.ofStatus(6, page);
    SlicePieces pieces = new SlicePieces(slice);
    for (int round = 0; round < 6; round++) {
      round(pieces);
      Set<Long> within = within(slice);
      assertThat(seen).as("round %d", round).containsAll(readable(within));
      assertThat(named(pieces)).isEqualTo(within.size() - readable(within).size());
      if (random.nextInt(3) == 0) {
        tiny.broken.stream().filter(orders::remove).findFirst().ifPresent(tiny::remove);
      } else {
        for (int i = random.nextInt(4); i > 0; i--) {
          change(random, 2 * rows);
        }
      }
      pieces.again();
    }
  }

  private void change(Random random, int most) {
    long id = 1L + random.nextInt(most + 3);
    if (!tiny.broken.contains(id) && orders.remove(id)) {
      tiny.remove(id);
    } else if (!orders.contains(id)) {
      add(id);
    }
  }

  @Test
  void theNextRoundStepsOverWhatIsKnown() throws Exception {
    for (long id = 1; id <= 100; id++) {
      add(id);
    }
    tiny.broken.addAll(List.of(1L, 40L, 41L, 100L));
    SlicePieces pieces = new SlicePieces(Slice.ofStatus(6, 0));
    round(pieces);
    assertThat(calls).isLessThan(60);
    assertThat(pieces.faults())
        .extracting(item -> item.name())
        .containsExactly(
            "status-6/0, at the beginning of the list, row 1",
            "status-6/0, behind order 39, row 40",
            "status-6/0, behind order 39, row 41",
            "status-6/0, behind order 99, row 100");

    pieces.again();
    round(pieces);
    assertThat(calls).isLessThanOrEqualTo(4);
    assertThat(seen).hasSize(96);
    assertThat(pieces.faults()).hasSize(4);
  }

  @Test
  void aRowInThePlaceOfTheSecondOfThreeAtFaultIsSeen() throws Exception {
    for (long id = 2; id <= 200; id += 2) {
      add(id);
    }
    tiny.broken.addAll(List.of(196L, 198L, 200L));
    SlicePieces pieces = new SlicePieces(Slice.ofStatus(6, 0));
    round(pieces);
    orders.remove(198L);
    tiny.remove(198L);
    add(197);

    pieces.again();
    round(pieces);
    assertThat(seen).hasSize(98).contains(197L);
    assertThat(pieces.faults()).hasSize(2);
  }

  @Test
  void aLongRangeCostsFewCalls() throws Exception {
    for (long id = 1; id <= 100; id++) {
      add(id);
      if (id > 10 && id <= 90) {
        tiny.broken.add(id);
      }
    }
    SlicePieces pieces = new SlicePieces(Slice.ofStatus(6, 0));
    round(pieces);
    assertThat(calls).isLessThan(60);
    assertThat(seen).hasSize(20);
    assertThat(pieces.faults())
        .extracting(item -> item.name())
        .containsExactly("status-6/0, behind order 10, rows 11 to 90");
  }

  private void add(long id) {
    orders.add(id);
    tiny.add(id, 6, LocalDate.of(2026, 1, 1));
  }

  private void round(SlicePieces pieces) throws InterruptedException {
    seen.clear();
    calls = 0;
    while (!pieces.over()) {
      calls++;
      assertThat(calls).as("it ends").isLessThan(1_000);
      Answer<HeaderPage> answer = tiny.read("loja", pieces.query());
      if (answer instanceof Answer.Ok<HeaderPage> ok) {
        ok.value().headers().stream().map(OrderHeader::id).forEach(seen::add);
        pieces.read(ok.value());
      } else {
        pieces.failed(new TinyError(TinyError.Cause.SERVER, "500", null, 500));
      }
    }
  }

  private Set<Long> within(Slice slice) {
    return orders.stream().skip(slice.first()).limit(Slice.ROWS).collect(Collectors.toSet());
  }

  private Set<Long> readable(Set<Long> rows) {
    return rows.stream().filter(id -> !tiny.broken.contains(id)).collect(Collectors.toSet());
  }

  private static long named(SlicePieces pieces) {
    return pieces.faults().stream().mapToLong(item -> item.rows()).sum();
  }
}
