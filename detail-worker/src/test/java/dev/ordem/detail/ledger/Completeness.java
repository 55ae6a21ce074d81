package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.Knowledge.Call;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a run that says that nothing is missing misses nothing. */
final class Completeness {
  private final LedgerRules rules;
  private final ModelPostgres postgres;

  Completeness(LedgerRules rules, ModelPostgres postgres) {
    this.rules = rules;
    this.postgres = postgres;
  }

  /**
   * @param absences whether what a whole read did not show was asked for, too
   */
  void check(Knowledge known, UUID run, int partition, boolean absences) {
    for (Map.Entry<OrderKey, Knowledge.OfOrder> each : known.orders().entrySet()) {
      OrderKey key = each.getKey();
      Knowledge.OfOrder order = each.getValue();
      if (order.blurred || SimulatedLedger.partitionOf(key) != partition) {
        continue;
      }
      boolean seen = false;
      for (Call sighting : order.present(order.sightings)) {
        if (run.equals(sighting.run()) && sighting.life() == known.life()) {
          seen = true;
          HistoryReferee.check(
              !sighting.wanted() || satisfied(known, key, order, sighting),
              "1. done means nothing missing: %s saw %s as %s, answers %s",
              run,
              key,
              sighting,
              order.answers);
        }
      }
      for (Knowledge.Missing missing : known.missing()) {
        boolean due = absences || !(missing.marker() instanceof HeaderEvent.AbsencesConfirmed);
        if (due
            && missing.marker().runId().equals(run)
            && missing.marker().account().equals(key.account())) {
          seen = true;
          HistoryReferee.check(
              answered(known, key, order, missing),
              "1. what the lists do not show is asked for: %s missed by %s, heard %s %s",
              key,
              missing,
              order.sightings,
              order.answers);
        }
      }
      if (seen) {
        content(key, order);
      }
    }
  }

  /** Whether nothing that the sighting hints at is unread. */
  private boolean satisfied(Knowledge known, OrderKey key, Knowledge.OfOrder order, Call sighting) {
    ModelTiny.State header = requireNonNull(sighting.state());
    for (Call answer : order.present(order.answers)) {
      ModelTiny.State detail = answer.state();
      if (detail == null) {
        if (excused(known, key, sighting, answer) || missed(order, sighting, answer)) {
          return true;
        }
        continue;
      }
      // A baseline knows only when an answer was there.
      long asked = answer.life() == known.life() ? answer.asked() : answer.answered();
      long age = sighting.asked() - asked;
      boolean fresh =
          !new ObservedStatus(header.situacao(), Observation.at(Instant.EPOCH), 1).open()
              || age < rules.openMaxAge().toMillis();
      if (asked >= sighting.answered()
          || (header.hintsAtNothingIn(detail) && fresh)
          || outdated(order, sighting, answer, detail)
          || (answer.life() < known.life() && merged(order, header, answer))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an answer that the sighting overlaps shows what a later one does. */
  private static boolean outdated(
      Knowledge.OfOrder order, Call sighting, Call answer, ModelTiny.State detail) {
    return answer.answered() >= sighting.answered()
        && order.sightings.stream()
            .filter(later -> later.asked() >= sighting.answered())
            .anyMatch(later -> requireNonNull(later.state()).hintsAtNothingIn(detail));
  }

  /** Whether Postgres holds the answer as if it had shown what a list did meanwhile. */
  private static boolean merged(Knowledge.OfOrder order, ModelTiny.State header, Call answer) {
    return order.sightings.stream()
        .filter(call -> call.life() <= answer.life() && call.answered() <= answer.answered())
        .anyMatch(call -> header.hintsAtNothingIn(requireNonNull(call.state())));
  }

  /** A 404 settles what a later list did not show. */
  private static boolean excused(Knowledge known, OrderKey key, Call sighting, Call gone) {
    return gone.wanted()
        && gone.asked() >= sighting.asked()
        && gone.life() == known.life()
        && known.missing().stream()
            .anyMatch(
                each ->
                    each.marker().account().equals(key.account())
                        && each.beganAt() != null
                        && each.when() < gone.when()
                        && ModelClock.millis(requireNonNull(each.beganAt())) > sighting.asked());
  }

  /** And so it does what a later look missed. */
  private static boolean missed(Knowledge.OfOrder order, Call sighting, Call gone) {
    return gone.wanted()
        && gone.asked() >= sighting.asked()
        && order.misses.stream()
            .anyMatch(
                miss ->
                    miss.life() == gone.life()
                        && miss.when() < gone.when()
                        && miss.asked() > sighting.asked());
  }

  private boolean answered(
      Knowledge known, OrderKey key, Knowledge.OfOrder order, Knowledge.Missing missing) {
    EnrichedOrder now = postgres.order(key);
    long listed = order.listed(known.life());
    if (now == null || order.listed(known.life(), missing.when()) == Long.MIN_VALUE) {
      return true;
    }
    if (missing.marker() instanceof HeaderEvent.DetailsMissing details) {
      boolean late = order.sightings.stream().allMatch(call -> call.when() > missing.when());
      boolean gone = order.answers.stream().anyMatch(call -> call.state() == null);
      return late
          || gone
          || details.max() < Long.MAX_VALUE
          || (now.detailsSynced() && current(known, key, order, missing.when()));
    }
    if (missing.marker() instanceof HeaderEvent.PassOver over
        && (!over.situacoes().contains(now.situacao()) || !open(order, over, missing.when()))) {
      return true;
    }
    long began = ModelClock.millis(requireNonNull(missing.beganAt()));
    boolean suspect =
        order.answers.stream()
            .anyMatch(call -> call.state() == null && call.wanted() && call.answered() >= listed);
    return listed >= began
        || suspect
        || order.answers.stream()
            .anyMatch(
                call -> (call.life() == known.life() ? call.asked() : call.answered()) >= began);
  }

  /** Whether the newest sighting that was heard by then hints at nothing that is unread. */
  private boolean current(Knowledge known, OrderKey key, Knowledge.OfOrder order, int heard) {
    List<Call> sightings =
        order.present(order.sightings).stream()
            .filter(call -> call.life() == known.life() && call.when() <= heard)
            .toList();
    Call newest = newest(sightings);
    return newest == null || ambiguous(sightings, newest) || satisfied(known, key, order, newest);
  }

  /** Whether anything that was heard by then showed the order in one of the statuses. */
  private static boolean open(Knowledge.OfOrder order, HeaderEvent.PassOver over, int heard) {
    return calls(order)
        .filter(call -> call.state() != null && call.when() <= heard)
        .anyMatch(call -> over.situacoes().contains(requireNonNull(call.state()).situacao()));
  }

  /** Whether what is told of the order is what was seen last. */
  void content(OrderKey key, Knowledge.OfOrder order) {
    EnrichedOrder told = postgres.order(key);
    if (told == null || order.blurred) {
      return;
    }
    status(key, order, told);
    List<Call> answers = order.present(order.answers);
    List<Call> sightings = order.present(order.sightings);
    Call answer = newest(answers);
    if (answer != null && !ambiguous(answers, answer)) {
      HistoryReferee.check(
          requireNonNull(answer.state()).equipamento().equals(told.equipamento()),
          "1. the detail told is the one read last: %s but %s",
          told,
          answer);
    }
    Call sighting = newest(sightings);
    if (sighting != null && !ambiguous(sightings, sighting)) {
      HistoryReferee.check(
          told.marcadores().equals(List.of(requireNonNull(sighting.state()).marker())),
          "1. the markers told are those listed last: %s but %s",
          told,
          sighting);
    }
    if (sighting != null
        && answer != null
        && !ambiguous(sightings, sighting)
        && !ambiguous(answers, answer)) {
      long listed = sightings.stream().mapToLong(Call::answered).max().orElse(0);
      both(told, sighting, answer, listed);
    }
  }

  private static void both(EnrichedOrder told, Call sighting, Call answer, long listed) {
    @Nullable Call later = answer.asked() >= listed ? answer : null;
    later = sighting.asked() > answer.answered() ? sighting : later;
    if (later != null) {
      ModelTiny.State state = requireNonNull(later.state());
      HistoryReferee.check(
          state.numero().equals(told.numero()) && state.nome().equals(told.clienteNome()),
          "1. what both calls show is what the later one showed: %s but %s",
          told,
          later);
    }
  }

  private static void status(OrderKey key, Knowledge.OfOrder order, EnrichedOrder told) {
    long last =
        calls(order)
            .filter(call -> shows(call, told.situacao()))
            .mapToLong(Call::answered)
            .max()
            .orElse(Long.MAX_VALUE);
    calls(order)
        .filter(call -> call.state() != null && !shows(call, told.situacao()))
        .filter(call -> !isContradicted(order, call, told))
        .forEach(
            call ->
                HistoryReferee.check(
                    call.asked() <= last,
                    "1. the status told is the one seen last: %s is %s but %s",
                    key,
                    told.situacao(),
                    call));
  }

  /** A list that repeats itself, where the detail said otherwise, waits for the next detail. */
  private static boolean isContradicted(Knowledge.OfOrder order, Call call, EnrichedOrder told) {
    List<Call> sightings = order.present(order.sightings);
    Call answer = newest(order.present(order.answers));
    int situacao = requireNonNull(call.state()).situacao();
    return sightings.contains(call)
        && sightings.stream()
            .anyMatch(before -> before.asked() < call.asked() && shows(before, situacao))
        && answer != null
        && shows(answer, told.situacao());
  }

  private static Stream<Call> calls(Knowledge.OfOrder order) {
    return Stream.concat(
        order.present(order.sightings).stream(), order.present(order.answers).stream());
  }

  private static boolean shows(Call call, int situacao) {
    ModelTiny.State state = call.state();
    return state != null && state.situacao() == situacao;
  }

  private static @Nullable Call newest(List<Call> calls) {
    Call newest = null;
    for (Call call : calls) {
      boolean later = newest == null || call.asked() >= newest.asked();
      newest = call.state() != null && later ? call : newest;
    }
    return newest;
  }

  /** Whether another call, which a baseline may have taken for later, says something else. */
  private static boolean ambiguous(List<Call> calls, Call newest) {
    return calls.stream()
        .anyMatch(
            call ->
                call.state() != null
                    && !call.state().equals(newest.state())
                    && (call.asked() == newest.asked()
                        || (call.life() != newest.life() && call.answered() >= newest.asked())));
  }
}
