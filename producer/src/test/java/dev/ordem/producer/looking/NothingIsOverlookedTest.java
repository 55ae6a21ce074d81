package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.SlicePlan;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Looks in any order at an account that lives meanwhile, whose details and runs are read beside
 * them, into a Postgres that is behind: once it stands still, what is known is what is true.
 */
class NothingIsOverlookedTest {
  private static final List<Integer> OPEN = List.of(0, 1, 2, 5, 6);

  @Property(tries = 400)
  void whateverHappensMeanwhile(
      @ForAll Random random, @ForAll @IntRange(min = 0, max = 350) int orders) {
    World world = new World(random, orders);
    for (int step = 0; step < 300; step++) {
      world.live();
      world.look(world.anySlice());
    }
    for (int round = 0; round < 3; round++) {
      world.now = world.now.plus(Repetition.LONGEST); // what is told again is told by then
      world.slices().forEach(world::look);
      world.postgres = new HashMap<>(world.ledger);
    }
    assertThat(world.ledger).isEqualTo(world.tiny);
  }

  private static final class World {
    private final Random random;
    private final TreeMap<Long, Integer> tiny = new TreeMap<>();
    private final Map<Long, Integer> ledger = new HashMap<>();
    private final ShownOrders shown = new ShownOrders();
    private final Map<String, Long> totals = new HashMap<>();
    private Map<Long, Integer> postgres = new HashMap<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private long lastId;

    World(Random random, int orders) {
      this.random = random;
      for (int i = 0; i < orders; i++) {
        tiny.put(++lastId, random.nextInt(3) == 0 ? random.nextInt(8) : 6);
      }
      ledger.putAll(tiny);
      postgres.putAll(tiny);
    }

    void live() {
      now = now.plusMillis(random.nextInt(20_000));
      for (int i = random.nextInt(3); i > 0; i--) {
        change();
      }
      if (random.nextInt(4) == 0) {
        postgres = new HashMap<>(ledger);
      }
    }

    private void change() {
      int what = random.nextInt(10);
      if (what < 2) {
        tiny.put(++lastId, random.nextInt(8));
      } else if (!tiny.isEmpty()) {
        long id = new ArrayList<>(tiny.keySet()).get(random.nextInt(tiny.size()));
        if (what < 7) {
          tiny.put(id, random.nextInt(8));
        } else if (what < 8) {
          tiny.remove(id);
        } else {
          detail(id); // somebody else read it: the watcher does not know
        }
      }
    }

    /** A detail is read, which finds an order where it is, or that it is no more. */
    private void detail(long id) {
      Integer true_ = tiny.get(id);
      if (true_ == null) {
        ledger.remove(id);
      } else {
        ledger.put(id, true_);
      }
    }

    Set<Slice> slices() {
      return SlicePlan.of(OPEN, totals);
    }

    Slice anySlice() {
      List<Slice> all = List.copyOf(slices());
      return all.get(random.nextInt(all.size()));
    }

    void look(Slice slice) {
      HeaderPage page = page(slice);
      totals.put(
          slice.kind() == Slice.Kind.NEWEST ? WatchTable.ALL : slice.list(),
          page.total() == null ? 0L : page.total());
      Interval at = new Interval(now, now.plusMillis(300));
      now = now.plusMillis(300);
      PageSpan span = PageSpan.of(slice, page).orElse(null);
      LookResult.Look read = new LookResult.Look("loja", slice, page, at);
      LookResult result = LookResult.of(read, shown, known(), span);
      result.events().forEach(this::hear);
      shown.note(read, result, Set.of());
    }

    /** As the ledger does; looks follow one another, so none is older than what it knows. */
    private void hear(HeaderEvent.OfOrder event) {
      if (event instanceof HeaderEvent.Seen seen) {
        Integer situacao = seen.header().situacao();
        if (situacao != null) {
          ledger.put(seen.header().id(), situacao);
        }
      } else if (event instanceof HeaderEvent.Unlisted unlisted) {
        Integer stands = ledger.get(unlisted.osId());
        if (stands != null && (unlisted.situacao() == null || stands.equals(unlisted.situacao()))) {
          detail(unlisted.osId());
        }
      }
    }

    private Map<Long, KnownOrder> known() {
      return postgres.entrySet().stream()
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey,
                  each ->
                      new KnownOrder(
                          each.getKey(),
                          each.getValue(),
                          "Cliente " + each.getKey(),
                          List.of(),
                          true)));
    }

    private HeaderPage page(Slice slice) {
      HeaderQuery query = slice.query();
      List<Long> ids =
          new ArrayList<>(
              query.order() == HeaderQuery.Order.ASC ? tiny.keySet() : tiny.descendingKeySet());
      Set<Long> others = new HashSet<>();
      tiny.forEach(
          (id, situacao) -> {
            if (query.situacao() != null && !query.situacao().equals(situacao)) {
              others.add(id);
            }
          });
      ids.removeAll(others);
      List<OrderHeader> rows =
          ids.stream()
              .skip(query.offset())
              .limit(query.limit())
              .map(id -> FakeTiny.header(id, tiny.getOrDefault(id, 0), LocalDate.of(2026, 1, 1)))
              .toList();
      return new HeaderPage(rows, List.of(), 100, query.offset(), (long) ids.size());
    }
  }
}
