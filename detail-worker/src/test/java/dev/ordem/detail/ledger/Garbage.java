package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records that nobody should have written. They concern orders and runs that nothing else does. */
final class Garbage {
  static final UUID RUN = new UUID(66, 6);

  /** Orders of this number and above are not Tiny's. */
  static final long FIRST = 66;

  private Garbage() {}

  static void write(SimulatedLedger ledger, ModelClock clock, HistoryStep step) {
    Instant now = ModelClock.at(clock.now());
    Instant ahead = now.plusSeconds(86_400);
    long id = FIRST + step.a() % SimulatedLedger.PARTITIONS;
    String key = "a:" + id;
    switch (step.b() % 12) {
      case 0 -> ledger.garbage(step.a(), step.c() % 2 == 0, "a:1", null);
      case 1 -> header(ledger, step, "Loja A:1", wish("Loja A", 1, now));
      case 2 -> header(ledger, step, "a:0", wish("a", 0, now));
      case 3 -> header(ledger, step, "a:1", wish("a", id, now));
      case 4 -> header(ledger, step, key, seen(id, null, now, now));
      case 5 -> header(ledger, step, key, seen(id, 99, ahead, ahead));
      case 6 -> header(ledger, step, key, seen(id, 3, now, ahead));
      case 7 -> header(ledger, step, "x", new HeaderEvent.Hold("c", -5, now));
      case 8 ->
          header(
              ledger,
              step,
              "x",
              new HeaderEvent.EndOfHeaders("a", RUN, Mode.FULL, now, 5L, true, null));
      case 9 -> header(ledger, step, "x", new HeaderEvent.DetailsMissing("a", RUN, 5L, -1, now));
      case 10 -> header(ledger, step, "x", new HeaderEvent.Canceled("a", RUN, now, null));
      default -> {
        DetailRequest request =
            new DetailRequest(new UUID(66, 1), "a", id, RUN, Lane.HOT, 1, now, null);
        ledger.garbage(step.a(), true, key, new DetailResult.Deferred(request, ahead, "?", ahead));
      }
    }
  }

  private static void header(SimulatedLedger ledger, HistoryStep step, String key, Event event) {
    ledger.garbage(step.a(), false, key, event);
  }

  private static HeaderEvent.RefreshWanted wish(String account, long id, Instant at) {
    return new HeaderEvent.RefreshWanted(account, id, at);
  }

  private static HeaderEvent.Seen seen(
      long id, @Nullable Integer situacao, Instant asked, Instant answered) {
    Header known = new ModelTiny.State(0, 0, 0, 0).header(id);
    Header header =
        new Header(id, situacao, null, null, null, null, null, null, List.of(), known.raw());
    return new HeaderEvent.Seen("a", RUN, Mode.FULL, false, header, answered, asked, 5L);
  }
}
