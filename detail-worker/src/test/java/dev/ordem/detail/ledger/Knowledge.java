package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState;
import dev.ordem.detail.ledger.CommittedStep.Heard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a partition of the ledger was told, in the order in which it was, and what follows from that
 * by the protocol alone: which sightings count for a run, who may want an order, what is out.
 */
final class Knowledge {
  private final Set<String> based = new HashSet<>();
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

  private final Map<String, Instant> heldUntil = new HashMap<>();
  private final Map<UUID, DetailRequest> out = new HashMap<>();

  /** Of requests that are out, the earliest time that the host showed after it was set back. */
  private final Map<UUID, Instant> setBack = new HashMap<>();

  private final Map<OrderKey, OfOrder> orders = new HashMap<>();
  private final Map<UUID, OfRun> runs = new HashMap<>();
  private final List<Missing> missing = new ArrayList<>();
  private int life;
  private int heard;

  /**
   * A call that showed an order, or did not.
   *
   * @param state null: Tiny answered 404
   * @param run that it counts for; null: for none
   * @param wanted whether that run wants details
   * @param when how much was heard before
   */
  record Call(
      long asked,
      long answered,
      ModelTiny.@Nullable State state,
      @Nullable UUID run,
      boolean wanted,
      int life,
      int when) {}

  /** What a partition heard of an order. */
  static final class OfOrder {
    final List<Call> sightings = new ArrayList<>();
    final List<Call> answers = new ArrayList<>();

    /** Looks that were told only for the status that they showed. */
    final List<Call> statuses = new ArrayList<>();

    /** Looks at a list that had to show it, and did not. */
    final List<Call> misses = new ArrayList<>();

    /** Whether a wrong clock stood in the way: times mean nothing then. */
    boolean blurred;

    /** Whether somebody wants it whatever becomes of runs. */
    boolean free;

    /** How much was heard when it was found removed last: what was known before is forgotten. */
    int removed;

    /** Whether a baseline listed it in this life. */
    boolean restored;

    /** Of these, those after its last removal. */
    List<Call> present(List<Call> calls) {
      return calls.stream().filter(call -> call.when > removed).toList();
    }

    /**
     * When it was last listed, by when it was asked for; before all: never. Of a life before this
     * one a baseline knows only when the answer was there.
     */
    long listed(int life) {
      return listed(life, Integer.MAX_VALUE);
    }

    /** The same, as far as was heard then. */
    long listed(int life, int heard) {
      return sightings.stream()
          .filter(call -> call.when <= heard && (call.life == life || restored))
          .mapToLong(call -> call.life == life ? call.asked : call.answered)
          .max()
          .orElse(Long.MIN_VALUE);
    }
  }

  /** What a partition heard of a run in this life. */
  static final class OfRun {
    long reading;
    long endMet;
    boolean canceled;
    boolean forgotten;
    final Set<OrderKey> counted = new HashSet<>();

    /** The newest reading of which a header came before a baseline. */
    long skippedIn;

    boolean takes(long in) {
      return !forgotten && !canceled && in >= reading && endMet < in;
    }
  }

  /** A marker that asks for orders which a list does not show. */
  record Missing(HeaderEvent.OfRun marker, @Nullable Instant beganAt, int when) {}

  OfOrder order(OrderKey key) {
    return orders.computeIfAbsent(key, same -> new OfOrder());
  }

  OfRun run(UUID id) {
    return runs.computeIfAbsent(id, same -> new OfRun());
  }

  Map<OrderKey, OfOrder> orders() {
    return orders;
  }

  /** Most orders that a run may claim here. */
  long most(UUID run) {
    long most = Long.MAX_VALUE;
    for (Missing each : missing) {
      if (each.marker instanceof HeaderEvent.DetailsMissing marker && marker.runId().equals(run)) {
        most = marker.max();
      }
    }
    return most;
  }

  List<Missing> missing() {
    return missing;
  }

  int life() {
    return life;
  }

  int heard() {
    return heard;
  }

  boolean based(String account) {
    return based.contains(account);
  }

  /** A clock that was set back by more than a hold may last ends it. */
  boolean held(String account, Instant host) {
    Instant until = heldUntil.get(account);
    return until != null && host.isBefore(until) && !host.isBefore(until.minus(LONGEST_HOLD));
  }

  /** Requests that are out and not lost, by the ledger's clock. */
  List<DetailRequest> out(String account) {
    return out.values().stream().filter(each -> each.account().equals(account)).toList();
  }

  void requested(DetailRequest request) {
    out.put(request.id(), request);
  }

  void begun(boolean lost) {
    heldUntil.clear();
    if (lost) {
      life++;
      based.clear();
      out.clear();
      runs.clear();
      missing.clear();
      orders.values().forEach(order -> order.restored = false);
      orders.values().forEach(order -> order.free = false);
    }
  }

  void at(Instant host) {
    setBack.keySet().retainAll(out.keySet());
    for (DetailRequest each : out.values()) {
      if (host.isBefore(each.requestedAt())) {
        setBack.merge(each.id(), host, (one, other) -> one.isBefore(other) ? one : other);
      }
    }
  }

  /**
   * No promise holds a request that was sent before the clock was set back for out until the clock
   * is there again: the ledger waits as long as it was to, from when it touches the order.
   */
  void worked(SyncState state, Instant host) {
    if (state.state() != SyncState.Work.REQUESTED) {
      out.values().removeIf(each -> each.key().equals(state.key()) && isLost(each, host));
    }
  }

  private boolean isLost(DetailRequest request, Instant host) {
    Instant since = setBack.get(request.id());
    Instant expires = request.expiresAt();
    return since != null
        && expires != null
        && !host.isBefore(since.plus(Duration.between(request.requestedAt(), expires)));
  }

  void passed(Instant host) {
    out.values().removeIf(each -> each.expiresAt() != null && !host.isBefore(each.expiresAt()));
  }

  void hear(Heard record, Instant host) {
    heard++;
    if (!record.sound()) {
      unsound(record);
    } else if (record.event() instanceof HeaderEvent.Seen seen) {
      saw(seen, record.shown(), host);
    } else if (record.event() instanceof HeaderEvent.SeenAgain seen) {
      sawAgain(seen, record.shown(), host);
    } else if (record.event() instanceof HeaderEvent.Unlisted unlisted) {
      unlisted(unlisted);
    } else if (record.event() instanceof HeaderEvent.BaselineOrder order) {
      order(order.key()).restored |= !order.removed();
    } else if (record.event() instanceof HeaderEvent.OfOrder wish) {
      order(wish.key()).free = true;
    } else if (record.event() instanceof HeaderEvent.OfRun marker) {
      marked(marker);
    } else if (record.event() instanceof HeaderEvent.Hold hold) {
      heldUntil.put(
          hold.account(),
          host.plusMillis(Math.max(0, Math.min(hold.millis(), LONGEST_HOLD.toMillis()))));
    } else if (record.event() instanceof HeaderEvent.Baselined baselined) {
      based.add(baselined.account());
    } else if (record.event() instanceof DetailResult result) {
      answered(result, record.shown(), host);
    }
  }

  private void unsound(Heard record) {
    if (record.key().startsWith("a:6")) {
      OfOrder order = order(OrderKey.parse(record.key()));
      order.blurred = true;
      order.free = true;
    }
  }

  private void saw(HeaderEvent.Seen seen, ModelTiny.@Nullable Shown shown, Instant host) {
    UUID run = seen.runId();
    boolean counts = false;
    if (run != null && seen.reading() != null) {
      OfRun known = run(run);
      counts = known.takes(seen.reading());
      known.reading = counts ? seen.reading() : known.reading;
    }
    if (counts && run != null && !based(seen.account())) {
      run(run).skippedIn = run(run).reading;
    }
    if (shown == null || seen.askedAt() == null || !based(seen.account())) {
      return;
    }
    OfOrder order = order(seen.key());
    blur(order, seen.seenAt(), host);
    order.free |= !counts;
    if (counts && run != null) {
      run(run).counted.add(seen.key());
    }
    order.sightings.add(
        new Call(
            ModelClock.millis(seen.askedAt()),
            ModelClock.millis(seen.seenAt()),
            shown.state(),
            counts ? run : null,
            !seen.headersOnly(),
            life,
            heard));
  }

  /** It shows a status, and nothing else; the order is not listed anew for it. */
  private void sawAgain(HeaderEvent.SeenAgain seen, ModelTiny.@Nullable Shown shown, Instant host) {
    if (shown == null || !based(seen.account())) {
      return;
    }
    OfOrder order = order(seen.key());
    blur(order, seen.seenAt(), host);
    order.free = true;
    order.statuses.add(
        new Call(
            ModelClock.millis(seen.askedAt()),
            ModelClock.millis(seen.seenAt()),
            shown.state(),
            null,
            false,
            life,
            heard));
  }

  private void unlisted(HeaderEvent.Unlisted unlisted) {
    if (based(unlisted.account())) {
      OfOrder order = order(unlisted.key());
      long asked = ModelClock.millis(unlisted.askedAt());
      long answered = ModelClock.millis(unlisted.seenAt());
      order.free = true;
      order.misses.add(new Call(asked, answered, null, null, false, life, heard));
    }
  }

  private static void blur(OfOrder order, Instant at, Instant host) {
    order.blurred |= at.isAfter(host.plus(Duration.ofMinutes(5)));
  }

  private void marked(HeaderEvent.OfRun marker) {
    OfRun run = run(marker.runId());
    long reading = marker.reading() == null ? 0 : marker.reading();
    if (run.forgotten || reading < run.reading) {
      return;
    }
    if (marker instanceof HeaderEvent.Resumed && reading > run.reading) {
      run.canceled = false;
    }
    run.reading = reading;
    if (marker instanceof HeaderEvent.EndOfHeaders) {
      run.endMet = reading;
    } else if (marker instanceof HeaderEvent.Canceled) {
      run.canceled = true;
    } else if (marker instanceof HeaderEvent.Forgotten) {
      run.forgotten = true;
    } else if (marker instanceof HeaderEvent.PassOver over) {
      missing.add(new Missing(marker, over.beganAt(), heard));
    } else if (marker instanceof HeaderEvent.AbsencesConfirmed absences) {
      missing.add(new Missing(marker, absences.beganAt(), heard));
    } else if (marker instanceof HeaderEvent.DetailsMissing) {
      missing.add(new Missing(marker, null, heard));
    }
  }

  private void answered(DetailResult result, ModelTiny.@Nullable Shown shown, Instant host) {
    boolean awaited = out.remove(result.request().id()) != null;
    OfOrder order = order(result.request().key());
    order.free |= !awaited;
    Instant asked = null;
    if (result instanceof DetailResult.Fetched fetched) {
      asked = fetched.askedAt();
    } else if (result instanceof DetailResult.Gone gone) {
      asked = gone.askedAt();
    }
    if (asked == null || !based(result.account())) {
      return;
    }
    blur(order, result.endedAt(), host);
    order.answers.add(
        new Call(
            ModelClock.millis(asked),
            ModelClock.millis(result.endedAt()),
            shown == null ? null : shown.state(),
            null,
            awaited,
            life,
            heard));
  }
}
