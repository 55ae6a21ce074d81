package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers requests, as well or as badly as a step wants. */
final class ModelFetcher {
  private final ModelClock clock;
  private final ModelTiny tiny;
  private final SimulatedLedger ledger;
  private final List<DetailRequest> waiting = new ArrayList<>();
  private final List<DetailRequest> answered = new ArrayList<>();
  private final Map<UUID, Asked> asked = new HashMap<>();

  /** Tiny was asked, and perhaps has decided already what to say. */
  private record Asked(long at, boolean taken, ModelTiny.@Nullable State state) {}

  ModelFetcher(ModelClock clock, ModelTiny tiny, SimulatedLedger ledger) {
    this.clock = clock;
    this.tiny = tiny;
    this.ledger = ledger;
  }

  void take(DetailRequest request) {
    waiting.add(request);
  }

  boolean idle() {
    return waiting.isEmpty();
  }

  void ask(int which, int style) {
    if (!waiting.isEmpty()) {
      DetailRequest request = waiting.get(which % waiting.size());
      asked.computeIfAbsent(request.id(), id -> asked(request, (style & 1) == 0));
    }
  }

  private Asked asked(DetailRequest request, boolean taken) {
    long at = clock.next();
    return new Asked(at, taken, taken ? tiny.at(request.key(), at) : null);
  }

  /** Answers one of those that wait; what was asked for already comes first. */
  void answer(int which, int outcome, int amount) {
    if (!waiting.isEmpty()) {
      DetailRequest request = waiting.remove(which % waiting.size());
      answered.add(request);
      answer(request, outcome, amount);
    }
  }

  void answerAll() {
    for (DetailRequest request : List.copyOf(waiting)) {
      waiting.remove(request);
      answered.add(request);
      answer(request, 0, 0);
    }
  }

  /** A request that was answered before is answered once more. */
  void answerAgain(int which, int outcome, int amount) {
    if (!answered.isEmpty()) {
      answer(answered.get(answered.size() - 1 - which % answered.size()), outcome, amount);
    }
  }

  private void answer(DetailRequest request, int outcome, int amount) {
    Asked before = asked.remove(request.id());
    Asked of = before == null ? asked(request, (amount & 1) == 0) : before;
    long at = of.taken ? of.at : clock.next();
    ModelTiny.State state = of.taken ? of.state : tiny.at(request.key(), at);
    long ended = clock.next();
    switch (outcome) {
      case 1 -> ledger.result(new DetailResult.Failed(request, Given.OUTAGE, at(ended)), null);
      case 2 -> ledger.result(new DetailResult.Rejected(request, Given.OUTAGE, at(ended)), null);
      case 3 ->
          ledger.result(
              new DetailResult.Deferred(request, at(ended + 50L * amount), "quota", at(ended)),
              null);
      case 4 -> ledger.result(new DetailResult.Gone(request, at(of.at), at(ended)), null);
      default -> {
        if (state == null && request.osId() >= Garbage.FIRST) {
          ledger.result(
              new DetailResult.Fetched(
                  request,
                  new ModelTiny.State(0, 0, 0, 0).detail(request.osId()),
                  at(of.at),
                  at(ended)),
              null);
        } else if (state == null) {
          ledger.result(new DetailResult.Gone(request, at(of.at), at(ended)), null);
        } else {
          ledger.result(
              new DetailResult.Fetched(request, state.detail(request.osId()), at(of.at), at(ended)),
              new ModelTiny.Shown(state, at));
        }
      }
    }
  }

  private static java.time.Instant at(long millis) {
    return ModelClock.at(millis);
  }
}
