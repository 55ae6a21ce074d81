package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An incremental read whose lists showed nothing, while orders are known as open. */
class NothingShownTest {
  private final Case run = new Case();

  /** Every small account, against the rule in other words. */
  @Test
  void whatWasOpenMayBeDeletedInAnAccountThatTinyStillShows() {
    run.mode = Mode.INCREMENTAL;
    run.seen = 0;
    for (long open = 1; open <= 8; open++) {
      for (long closed = 0; closed <= 10; closed++) {
        for (long gone = 0; gone <= open; gone++) {
          for (Long counted : Arrays.asList(null, 0L, closed - 1, closed, closed + 1)) {
            run.total = counted;
            run.part(0).bySituacao = Map.of(3, closed, 1, open / 2);
            run.part(1).bySituacao = Map.of(0, open - open / 2);
            run.part(0).suspects = gone / 2;
            run.part(1).suspects = gone - gone / 2;
            boolean thisAccount = counted != null && counted >= closed;
            boolean few = open < 4 || closed >= open;
            assertThat(run.next() instanceof NextStep.Complete)
                .as("%d open, %d closed, %d gone, Tiny counts %s", open, closed, gone, counted)
                .isEqualTo(gone == open && thisAccount && few);
          }
        }
      }
    }
  }
}
