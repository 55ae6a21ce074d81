package dev.ordem.detail.ledger;

import dev.ordem.detail.ledger.HistoryStep.Kind;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever happens in whichever order, done means that nothing is missing, what is not missing gets
 * done, and what is told is true. More histories than usual are tried with {@code
 * -Djqwik.tries.default=100000}.
 */
class LedgerHistoryPropertyTest {
  private static final LedgerRules RULES =
      new LedgerRules(
          Duration.ofHours(2),
          List.of(Duration.ofSeconds(2), Duration.ofSeconds(30)),
          Duration.ofMinutes(1),
          4,
          Duration.ofHours(4));

  @Property
  void theLedgerKeepsItsPromises(@ForAll("histories") List<HistoryStep> history) {
    tell(history);
  }

  static void tell(List<HistoryStep> history) {
    HistoryWorld world = new HistoryWorld(RULES);
    history.forEach(world::take);
    new KindEnding(world).come();
  }

  @Provide
  Arbitrary<List<HistoryStep>> histories() {
    List<Kind> often =
        Stream.of(Kind.values())
            .flatMap(kind -> Collections.nCopies(kind.weight, kind).stream())
            .toList();
    Arbitrary<Kind> kinds = Arbitraries.of(often);
    Arbitrary<Integer> small = Arbitraries.integers().between(0, 7).shrinkTowards(0);
    Arbitrary<Integer> amount = Arbitraries.integers().between(0, 40).shrinkTowards(0);
    return Combinators.combine(kinds, small, small, amount)
        .as(HistoryStep::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(150);
  }
}
