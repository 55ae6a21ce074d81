package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.SyncState.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever comes in whichever order, with crashes in between. */
class LedgerPromisesTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @Property(tries = 400)
  void theLedgerKeepsItsPromises(
      @ForAll("stories") List<Step> story, @ForAll @IntRange(min = 2, max = 4) int maxWindow) {
    World world = new World(maxWindow);
    for (Step step : story) {
      world.take(step);
      world.checkAlways();
    }
    world.finish();
    world.checkAtTheEnd();
  }

  @Provide
  Arbitrary<List<Step>> stories() {
    Arbitrary<Step> steps =
        Combinators.combine(
                Arbitraries.oneOf(
                    Arbitraries.of(Kind.class),
                    Arbitraries.of(Kind.LIST, Kind.LIST, Kind.EDIT, Kind.FETCHED)),
                Arbitraries.integers().between(0, 7),
                Arbitraries.integers().between(0, 7),
                Arbitraries.integers().between(0, 40))
            .as(Step::new);
    return steps.list().ofMinSize(5).ofMaxSize(120);
  }

  enum Kind {
    LIST,
    LIST_AGAIN_LATE,
    LIST_HEADERS_ONLY,
    REFRESH,
    EDIT,
    FETCHED,
    FETCHED_TWICE,
    DEFERRED,
    FAILED,
    REJECTED,
    GONE,
    OLD_ANSWER,
    CANCEL,
    PASS,
    PASS_LONG,
    CRASH
  }

  record Step(Kind kind, int order, int value, int amount) {}

  /** Tiny, the fetcher and the producer, as simple as they can be. */
  private static final class World {
    private final Bench bench;
    private final int maxWindow;
    private final Map<Integer, Integer> truth = new HashMap<>();
    private final Set<UUID> answered = new HashSet<>();
    private final Set<UUID> lost = new HashSet<>();
    private final Map<OrderKey, Instant> newest = new HashMap<>();
    private final Map<OrderKey, Integer> newestStatus = new HashMap<>();
    private final Set<UUID> canceled = new HashSet<>();
    private HeaderEvent.@Nullable Seen earlier;
    private int edits;

    World(int maxWindow) {
      this.maxWindow = maxWindow;
      List<Duration> retries = List.of(Duration.ofSeconds(2), Duration.ofSeconds(8));
      bench = new Bench(new LedgerRules(Duration.ofHours(24), retries, TIMEOUT, maxWindow));
    }

    void take(Step step) {
      UUID run = new UUID(7, step.value % 3);
      switch (step.kind) {
        case LIST -> list(step, run, false);
        case LIST_HEADERS_ONLY -> list(step, run, true);
        case LIST_AGAIN_LATE -> {
          if (earlier != null) {
            header(earlier);
          }
        }
        case REFRESH ->
            bench.header(new HeaderEvent.RefreshWanted(Given.ACCOUNT, step.order + 1, bench.now()));
        case EDIT -> truth.put(step.order, step.value);
        case CANCEL -> {
          canceled.add(run);
          bench.header(new HeaderEvent.Canceled(Given.ACCOUNT, run, bench.now()));
        }
        case PASS -> bench.pass(Duration.ofMillis(100L * step.amount + 1));
        case PASS_LONG -> bench.pass(Duration.ofSeconds(30L * step.amount + 1));
        case CRASH -> bench.crash();
        case OLD_ANSWER -> answerAgain(step);
        default -> answer(step);
      }
    }

    private void list(Step step, UUID run, boolean headersOnly) {
      Mode mode = step.amount % 2 == 0 ? Mode.FULL : Mode.INCREMENTAL;
      HeaderEvent.Seen seen =
          new HeaderEvent.Seen(
              Given.ACCOUNT,
              run,
              mode,
              headersOnly,
              Given.header(step.order + 1, status(step.order), "Cliente " + step.amount),
              bench.now());
      header(seen);
      earlier = step.amount % 3 == 0 ? seen : earlier;
      bench.pass(Duration.ofMillis(1));
    }

    private void header(HeaderEvent.Seen seen) {
      observed(seen.key(), requireNonNull(seen.header().situacao()), seen.seenAt());
      bench.header(seen);
    }

    private int status(int order) {
      return truth.getOrDefault(order, 0);
    }

    /** Answers the oldest request but {@code step.value}, if there are so many. */
    private void answer(Step step) {
      List<DetailRequest> open = open();
      if (open.isEmpty()) {
        return;
      }
      DetailRequest request = open.get(step.value % open.size());
      bench.pass(Duration.ofMillis(1));
      DetailResult result = result(step, request);
      answered.add(request.id());
      give(result);
      if (step.kind == Kind.FETCHED_TWICE) {
        give(result);
      }
      bench.pass(Duration.ofMillis(1));
    }

    /** A request that the ledger does not wait for any more is answered all the same. */
    private void answerAgain(Step step) {
      List<DetailRequest> old = new ArrayList<>(bench.requests);
      old.removeAll(open());
      if (!old.isEmpty()) {
        Kind kind = step.amount % 2 == 0 ? Kind.FAILED : Kind.FETCHED;
        DetailRequest request = old.get(step.value % old.size());
        give(result(new Step(kind, step.order, step.value, step.amount), request));
        bench.pass(Duration.ofMillis(1));
      }
    }

    private DetailResult result(Step step, DetailRequest request) {
      Instant now = bench.now();
      int order = (int) request.osId() - 1;
      return switch (step.kind) {
        case DEFERRED ->
            new DetailResult.Deferred(request, now.plusSeconds(step.amount), "quota", now);
        case FAILED -> new DetailResult.Failed(request, Given.OUTAGE, now);
        case REJECTED -> new DetailResult.Rejected(request, Given.OUTAGE, now);
        case GONE -> new DetailResult.Gone(request, now);
        default ->
            new DetailResult.Fetched(
                request, Given.detail(request.osId(), status(order), "Edit " + ++edits), now);
      };
    }

    private void give(DetailResult result) {
      if (result instanceof DetailResult.Fetched fetched) {
        int situacao = requireNonNull(fetched.detail().situacao());
        observed(result.request().key(), situacao, fetched.endedAt());
      }
      bench.result(result);
    }

    private void observed(OrderKey key, int situacao, Instant at) {
      Instant last = newest.get(key);
      if (last == null || !at.isBefore(last)) {
        newest.put(key, at);
        newestStatus.put(key, situacao);
      }
    }

    /** Requests without an answer which the ledger still waits for. */
    private List<DetailRequest> open() {
      List<DetailRequest> open = new ArrayList<>();
      for (DetailRequest request : bench.requests) {
        boolean late = !request.requestedAt().plus(TIMEOUT).isAfter(bench.now());
        if (late) {
          lost.add(request.id());
        }
        if (!answered.contains(request.id()) && !lost.contains(request.id())) {
          open.add(request);
        }
      }
      return open;
    }

    void checkAlways() {
      List<DetailRequest> open = open();
      Set<OrderKey> orders = new HashSet<>();
      open.forEach(request -> assertThat(orders.add(request.key())).as("two for one").isTrue());
      assertThat(open.size()).as("window, and one for people").isLessThanOrEqualTo(maxWindow + 1);
      checkStatusChanges();
      checkRevisions();
    }

    private void checkStatusChanges() {
      Map<Long, StatusChange> last = new HashMap<>();
      for (StatusChange change : bench.changes) {
        StatusChange before = last.put(change.osId(), change);
        assertThat(change.sequence()).isEqualTo(before == null ? 1 : before.sequence() + 1);
        assertThat(change.from()).isEqualTo(before == null ? null : before.to());
        assertThat(change.to()).isNotEqualTo(change.from());
      }
      last.forEach(
          (id, change) ->
              assertThat(change.to()).as("newest").isEqualTo(newestStatus.get(Given.key(id))));
    }

    private void checkRevisions() {
      Map<Long, Long> last = new HashMap<>();
      for (EnrichedOrder order : bench.enriched) {
        Long before = last.put(order.osId(), order.revision());
        assertThat(before == null || before < order.revision()).as("revision grows").isTrue();
      }
    }

    /** The producer ends its runs, Tiny answers everything, and time passes. */
    void finish() {
      for (int run = 0; run < 3; run++) {
        bench.header(
            new HeaderEvent.EndOfHeaders(
                Given.ACCOUNT, new UUID(7, run), Mode.INCREMENTAL, bench.now()));
      }
      for (int round = 0; round < 100 && (round < 20 || !open().isEmpty()); round++) {
        bench.pass(Duration.ofSeconds(61));
        for (DetailRequest request : open()) {
          answered.add(request.id());
          give(result(new Step(Kind.FETCHED, 0, 0, 0), request));
        }
      }
      bench.pass(Duration.ofSeconds(1));
    }

    void checkAtTheEnd() {
      assertThat(open()).isEmpty();
      for (SyncState state : bench.work.values()) {
        assertThat(state.state()).isIn(EnumSet.of(Work.SETTLED, Work.PARKED));
      }
      for (RunProgress run : bench.runs.values()) {
        assertThat(run.done()).as("%s", run).isTrue();
        assertThat(run.requested()).as("%s", run).isEqualTo(run.settled() + run.parked());
        assertThat(run.seen()).isEqualTo(run.fresh() + run.changed() + run.unchanged());
      }
      for (int order = 0; order < 8; order++) {
        checkContent(Given.key(order + 1L));
      }
      assertThat(bench.dead).allMatch(letter -> letter.value() != null);
    }

    private void checkContent(OrderKey key) {
      EnrichedOrder last = null;
      for (EnrichedOrder order : bench.enriched) {
        last = order.osId() == key.osId() ? order : last;
      }
      if (last != null) {
        assertThat(last.situacao()).isEqualTo(newestStatus.get(key));
        assertThat(last.payload().path("situacao").asText())
            .isEqualTo(Integer.toString(last.situacao()));
      }
    }
  }
}
