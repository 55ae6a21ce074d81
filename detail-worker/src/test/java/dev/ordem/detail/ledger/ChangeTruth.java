package dev.ordem.detail.ledger;

import dev.ordem.contract.StatusChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a transition that was told happened, and within the time that it says. */
final class ChangeTruth {
  private final ModelTiny tiny;

  ChangeTruth(ModelTiny tiny) {
    this.tiny = tiny;
  }

  /**
   * @param known what was heard of the order, that which told the transition included
   */
  void check(StatusChange change, Knowledge.OfOrder known) {
    if (known.blurred) {
      return;
    }
    long seenAt = ModelClock.millis(change.seenAt());
    Knowledge.Call last = null;
    for (Knowledge.Call call : calls(known)) {
      last = shows(call, change.to()) && call.answered() == seenAt ? call : last;
    }
    HistoryReferee.check(
        last != null, "3. somebody saw what is told: %s, heard %s", change, known.sightings);
    Integer from = change.from();
    Instant seenBefore = change.seenBefore();
    if (last == null || from == null) {
      return;
    }
    HistoryReferee.check(
        seenBefore != null, "3. a later change says when its order was as before: %s", change);
    Knowledge.Call first = seenBefore == null ? null : first(known, seenBefore, from);
    HistoryReferee.check(
        first != null,
        "3. somebody saw what was before: %s, heard %s %s",
        change,
        known.sightings,
        known.answers);
    if (first != null) {
      HistoryReferee.check(
          first.answered() < last.asked(),
          "3. no change is told from calls that overlap: %s from %s and %s",
          change,
          first,
          last);
      HistoryReferee.check(
          tiny.changed(change.key(), from, change.to(), first.asked(), seenAt),
          "3. what is told happened: %s, seen by %s and %s",
          change,
          first,
          last);
    }
  }

  /** The call that showed what was before; after a baseline only when it was answered is known. */
  private static Knowledge.@Nullable Call first(
      Knowledge.OfOrder known, Instant seenBefore, int from) {
    long at = ModelClock.millis(seenBefore);
    Knowledge.Call found = null;
    for (Knowledge.Call call : calls(known)) {
      found = shows(call, from) && (call.asked() == at || call.answered() == at) ? call : found;
    }
    return found;
  }

  private static List<Knowledge.Call> calls(Knowledge.OfOrder known) {
    List<Knowledge.Call> calls = new ArrayList<>(known.sightings);
    calls.addAll(known.statuses);
    calls.addAll(known.answers);
    return calls;
  }

  private static boolean shows(Knowledge.Call call, int situacao) {
    ModelTiny.State state = call.state();
    return state != null && state.situacao() == situacao;
  }
}
