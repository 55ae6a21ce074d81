package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.Situacao;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.CommittedStep.Begun;
import dev.ordem.detail.ledger.CommittedStep.Cause;
import dev.ordem.detail.ledger.CommittedStep.Heard;
import dev.ordem.detail.ledger.CommittedStep.Moment;
import dev.ordem.detail.ledger.CommittedStep.Output;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Reads what partitions tell, once it is committed, and compares it with what was promised. */
final class HistoryReferee {
  private final int windowMax;
  private final ModelPostgres postgres;
  private final Consumer<DetailRequest> fetcher;
  private final List<Knowledge> partitions = new ArrayList<>();
  private final Completeness completeness;
  private final ChangeTruth truth;
  private final Map<UUID, String> changeIds = new HashMap<>();
  private final Map<String, Long> told = new HashMap<>();
  private final Set<String> forgotten = new HashSet<>();
  private final Set<UUID> requestIds = new HashSet<>();
  private final ModelTiny tiny;

  HistoryReferee(
      LedgerRules rules, ModelTiny tiny, ModelPostgres postgres, Consumer<DetailRequest> fetcher) {
    this.windowMax = rules.windowMax();
    this.postgres = postgres;
    this.fetcher = fetcher;
    this.tiny = tiny;
    this.completeness = new Completeness(rules, postgres);
    this.truth = new ChangeTruth(tiny);
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      partitions.add(new Knowledge());
    }
  }

  void take(CommittedStep step) {
    Knowledge known = partitions.get(step.partition());
    known.at(step.host());
    if (step.cause() instanceof Begun begun) {
      known.begun(begun.lost());
      if (begun.lost()) {
        told.keySet().removeIf(key -> key.endsWith(":" + step.partition()));
        forgotten.removeIf(key -> key.endsWith(":" + step.partition()));
      }
    } else if (step.cause() instanceof Heard heard) {
      known.hear(heard, step.host());
    } else if (step.cause() instanceof Moment) {
      known.passed(step.host());
    }
    List<AccountCertificate> certificates = new ArrayList<>();
    Set<AccountCertificate> held = new HashSet<>();
    List<RunProgress> rows = new ArrayList<>();
    for (Output output : step.outputs()) {
      if (output.value() instanceof AccountCertificate certificate) {
        certificates.add(certificate);
        if (holds(certificate)) {
          held.add(certificate);
        }
      } else if (output.value() instanceof RunProgress row) {
        rows.add(row);
      }
      take(known, step, output);
    }
    rows.forEach(row -> progress(known, row, certificates));
    certificates.forEach(each -> certificate(each, held.contains(each)));
  }

  private void take(Knowledge known, CommittedStep step, Output output) {
    Object value = output.value();
    if (output.topic().equals(Topics.DLQ.name())) {
      dead(step.cause(), output);
    } else if (output.topic().equals(Topics.OS_ENRICHED.name())) {
      if (value == null) {
        removed(known, OrderKey.parse(output.key()), step.cause());
      } else {
        enriched((EnrichedOrder) value, step.cause());
      }
    } else if (value instanceof StatusChange change) {
      changed(known, step, change);
    } else if (value instanceof DetailRequest request) {
      requested(known, step, request);
    } else if (value instanceof SyncState state) {
      postgres.work.put(state.key(), state);
      known.worked(state, step.host());
      if (state.state() == SyncState.Work.SETTLED) {
        known.order(state.key()).free = false;
      }
    } else if (value == null && output.topic().equals(Topics.SYNC_RUN_PROGRESS.name())) {
      postgres.forget(output.key());
      forgotten.add(output.key());
    }
  }

  private static void dead(Cause cause, Output letter) {
    boolean sound = !(cause instanceof Heard heard) || heard.sound();
    check(
        !sound || !String.valueOf(letter.reason()).startsWith("no decision"),
        "8. no exception hides in the DLQ: %s after %s",
        letter.reason(),
        cause);
  }

  private void enriched(EnrichedOrder order, Cause cause) {
    ModelPostgres.Row before = postgres.row(order.key());
    boolean restored =
        cause instanceof Heard heard
            && heard.event() instanceof HeaderEvent.BaselineOrder
            && before != null
            && before.order().revision() == order.revision();
    check(
        before == null || restored || order.revision() > before.order().revision(),
        "5. revisions grow: %s after %s",
        order,
        before);
    check(
        order.situacao() == Situacao.NOT_TOLD
            || order.payload().path("situacao").asText().equals(Integer.toString(order.situacao())),
        "1. the payload has the order's status: %s",
        order);
    postgres.take(order);
  }

  private void removed(Knowledge known, OrderKey key, Cause cause) {
    check(
        cause instanceof Heard heard && heard.event() instanceof DetailResult.Gone,
        "5. only a 404 removes: %s after %s",
        key,
        cause);
    Knowledge.OfOrder order = known.order(key);
    long listed = order.listed(known.life());
    List<Instant> reads =
        known.missing().stream()
            .filter(each -> each.marker() instanceof HeaderEvent.AbsencesConfirmed)
            .filter(each -> each.marker().account().equals(key.account()))
            .map(each -> requireNonNull(each.beganAt()))
            .filter(began -> listed < ModelClock.millis(began))
            .sorted()
            .toList();
    check(
        reads.size() >= 2 && !reads.get(0).plus(Absence.APART).isAfter(reads.get(reads.size() - 1)),
        "5. two whole reads an hour apart before a removal: %s, last listed %s, reads %s",
        key,
        listed,
        reads);
    check(
        order.blurred || tiny.at(key, Long.MAX_VALUE) == null,
        "5. no order is removed that is there: %s",
        key);
    order.removed = known.heard();
    postgres.remove(key);
  }

  private void changed(Knowledge known, CommittedStep step, StatusChange change) {
    List<StatusChange> before = postgres.changes(change.key());
    StatusChange last = before.isEmpty() ? null : before.get(before.size() - 1);
    check(
        change.sequence() == before.size() + 1,
        "3. sequences go on by one: %s after %s",
        change,
        last);
    Long previous = last == null ? null : Long.valueOf(last.sequence());
    Integer from = last == null ? null : Integer.valueOf(last.to());
    check(
        java.util.Objects.equals(previous, change.previousSequence())
            && java.util.Objects.equals(from, change.from()),
        "3. each change names the one before: %s after %s",
        change,
        last);
    check(from == null || from != change.to(), "3. a change changes something: %s", change);
    String other = changeIds.putIfAbsent(change.id(), change.key() + ":" + change.sequence());
    check(other == null, "3. an id is used once: %s and %s", change, other);
    check(
        !change.seenAt().isAfter(step.host().plus(Observation.AHEAD)),
        "3. no change is told of a time to come: %s",
        change);
    truth.check(change, known.order(change.key()));
    postgres.take(change);
  }

  private void requested(Knowledge known, CommittedStep step, DetailRequest request) {
    String account = request.account();
    List<DetailRequest> out = known.out(account);
    check(requestIds.add(request.id()), "4. an id of a request is used once: %s", request);
    check(
        out.stream().noneMatch(each -> each.osId() == request.osId()),
        "4. an order has one request out: %s, out %s",
        request,
        out);
    check(out.size() <= windowMax, "4. the window bounds requests: %s, out %s", request, out);
    check(known.based(account), "4. nothing is asked without a baseline: %s", request);
    check(!known.held(account, step.host()), "4. nothing is asked during a hold: %s", request);
    check(wanted(known, request), "4. nothing is asked that nobody wants: %s", request);
    known.requested(request);
    fetcher.accept(request);
  }

  private static boolean wanted(Knowledge known, DetailRequest request) {
    OrderKey key = request.key();
    boolean audited = request.lane() == Lane.AUDIT && request.runId() == null;
    known.order(key).free |= audited;
    if (known.order(key).free) {
      return true;
    }
    boolean seen =
        known.order(key).sightings.stream()
            .filter(call -> call.run() != null && call.life() == known.life())
            .anyMatch(call -> live(known, requireNonNull(call.run())));
    return seen
        || known.missing().stream()
            .filter(each -> each.marker().account().equals(key.account()))
            .anyMatch(each -> live(known, each.marker().runId()));
  }

  private static boolean live(Knowledge known, UUID run) {
    Knowledge.OfRun of = known.run(run);
    return !of.canceled && !of.forgotten;
  }

  private void progress(Knowledge known, RunProgress row, List<AccountCertificate> with) {
    long open = requireNonNull(row.open());
    long dropped = requireNonNull(row.dropped());
    check(
        open + row.parked() + dropped + row.settled() == row.requested()
            && Math.min(Math.min(open, dropped), Math.min(row.parked(), row.settled())) >= 0
            && requireNonNull(row.skipped()) >= 0,
        "7. the counts of a run agree: %s",
        row);
    check(
        row.seen() == row.fresh() + row.changed() + row.unchanged()
            && Math.min(row.fresh(), Math.min(row.changed(), row.unchanged())) >= 0,
        "7. the sightings of a run agree: %s",
        row);
    check(
        row.seen() <= known.run(row.runId()).counted.size() || row.runId().equals(Garbage.RUN),
        "7. a run counts what it saw, and each order once: %s",
        row);
    Long reading = row.reading();
    check(
        reading == null
            || known.run(row.runId()).skippedIn != reading
            || requireNonNull(row.skipped()) > 0,
        "1. a run is told which headers were not taken: %s",
        row);
    check(
        row.requested() <= known.most(row.runId()),
        "7. a run asks for no more than it may: %s",
        row);
    check(!forgotten.contains(row.key()), "7. a forgotten run is told no more: %s", row);
    RunProgress before = postgres.progress(row.runId(), row.partition());
    boolean anew =
        row.certificateVersion() != null
            && (before == null || before.certificateVersion() == null)
            && row.settled() > 0;
    if (anew) {
      fresh(row, with);
    }
    postgres.take(row);
    if (known.based(row.account())
        && row.ended()
        && open + row.parked() + dropped + requireNonNull(row.skipped()) == 0) {
      completeness.check(
          known, row.runId(), row.partition(), Boolean.TRUE.equals(row.absencesCounted()));
    }
  }

  /** A certificate that was told before must not pass for one that holds what the run asked for. */
  private void fresh(RunProgress row, List<AccountCertificate> with) {
    check(
        with.stream().anyMatch(each -> each.account().equals(row.account())),
        "6. a run that settles is told with a certificate: %s",
        row);
    AccountCertificate before = postgres.certificate(row.account(), row.partition());
    if (before == null || before.generation() == null) {
      return;
    }
    ModelPostgres.Sums sums = postgres.sums(row.account(), row.partition());
    check(
        told.getOrDefault(before.key(), -1L) < 0
            || ModelPostgres.Sums.of(before).equals(sums)
            || requireNonNull(row.certificateVersion()) > before.version(),
        "6. an older certificate holds all that the run asked for: %s but %s",
        row,
        before);
  }

  private boolean holds(AccountCertificate certificate) {
    return ModelPostgres.Sums.of(certificate)
        .equals(postgres.sums(certificate.account(), certificate.partition()));
  }

  /**
   * A certificate is told.
   *
   * @param held whether it equalled what was told before it: orders that fall due in the same
   *     moment are told behind it, and by a certificate of their own
   */
  private void certificate(AccountCertificate certificate, boolean held) {
    AccountCertificate before =
        postgres.certificate(certificate.account(), certificate.partition());
    if (certificate.generation() != null) {
      ModelPostgres.Sums sums = postgres.sums(certificate.account(), certificate.partition());
      check(
          held || ModelPostgres.Sums.of(certificate).equals(sums),
          "6. a certificate equals what was told: %s but %s",
          certificate,
          sums);
    }
    boolean sameLife = told.put(certificate.key(), certificate.version()) != null;
    if (before != null && sameLife) {
      boolean same = ModelPostgres.Sums.of(before).equals(ModelPostgres.Sums.of(certificate));
      check(
          same
              ? certificate.version() >= before.version()
              : certificate.version() > before.version(),
          "6. the version grows with each change: %s after %s",
          certificate,
          before);
    }
    postgres.take(certificate);
  }

  /** All that the run ever saw is there. */
  void complete(UUID run) {
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      completeness.check(partitions.get(partition), run, partition, true);
    }
  }

  /** Whether the ledger ever lost what it held of the order: nobody says then what it works on. */
  boolean lost(OrderKey key) {
    return partitions.get(SimulatedLedger.partitionOf(key)).life() > 1;
  }

  /** What is told of the order is what was seen last. */
  void settled(OrderKey key) {
    Knowledge known = partitions.get(SimulatedLedger.partitionOf(key));
    completeness.content(key, known.order(key));
  }

  /**
   * @param promise with a {@code %s} for each of what it is about
   */
  static void check(boolean kept, String promise, @Nullable Object... of) {
    if (!kept) {
      String message = promise;
      for (Object each : of) {
        String text = Matcher.quoteReplacement(String.valueOf(each));
        message = message.replaceFirst("%s", text);
      }
      throw new AssertionError(message);
    }
  }
}
