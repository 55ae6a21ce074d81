package dev.ordem.producer.verdict;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.Situacao;
import dev.ordem.producer.certificate.LedgerCertificate;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Progress;
import dev.ordem.producer.verdict.Evidence.Run;
import dev.ordem.producer.verdict.Reason.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Why a run whose details are settled is not COMPLETE; nothing, if it is. Pure. */
final class Reasons {
  private Reasons() {}

  static List<Reason> of(Evidence evidence) {
    List<Reason> reasons = new ArrayList<>(headers(evidence.run()));
    add(reasons, notTaken(evidence));
    add(reasons, total(evidence));
    add(reasons, absences(evidence));
    add(reasons, nothingShown(evidence));
    reasons.addAll(healable(evidence));
    reasons.addAll(different(evidence));
    return reasons;
  }

  /** What is missing now and may come by itself. */
  static List<Reason> healable(Evidence evidence) {
    List<Reason> reasons = new ArrayList<>();
    long parked = Math.max(evidence.sum(Progress::parked), evidence.parked().count());
    if (parked > 0) {
      List<Long> ids = evidence.parked().ids();
      reasons.add(Reason.of(Kind.PARKED, parked, "details could not be read", ids));
    }
    long dropped = evidence.sum(Progress::dropped);
    if (dropped > 0) {
      String what = "details were dropped when the run was cancelled";
      reasons.add(Reason.of(Kind.DROPPED, dropped, what, List.of()));
    }
    Evidence.Named refused = evidence.refused().orders();
    if (refused.count() > 0) {
      String what = "orders have rows that Postgres refused or that the ledger does not know";
      reasons.add(Reason.of(Kind.REFUSED, refused.count(), what, refused.ids()));
    }
    return reasons;
  }

  /** Whether every header was read, and could be. */
  static List<Reason> headers(Run run) {
    List<Reason> reasons = new ArrayList<>();
    Cursor cursor = run.cursor() == null ? Cursor.START : run.cursor();
    Cursor.Unreadable unreadable = cursor.unreadable();
    if (unreadable.count() > 0) {
      String what = "rows of Tiny's list could not be read";
      reasons.add(Reason.ofRows(unreadable.count(), what, unreadable.names()));
    }
    if (!cursor.refusedByKafka().isEmpty()) {
      List<Long> ids = cursor.refusedByKafka();
      reasons.add(Reason.of(Kind.HEADERS, ids.size(), "headers were refused by Kafka", ids));
    }
    Module module = run.headers();
    if (reasons.isEmpty() && run.mode() != Mode.DETAILS && !read(module, cursor)) {
      String why = module == null || module.error() == null ? "" : ": " + module.error();
      reasons.add(Reason.of(Kind.HEADERS, "the headers are not read to the end").quoting(why));
    }
    return reasons;
  }

  /** What the ledger put into the DLQ instead of deciding about it. */
  private static @Nullable Reason notTaken(Evidence evidence) {
    long refused = evidence.sum(Progress::refused);
    return refused == 0
        ? null
        : Reason.of(
            Kind.HEADERS,
            refused + " headers or orders were not taken by the ledger (see the topic ordem.dlq)");
  }

  private static boolean read(@Nullable Module module, Cursor cursor) {
    boolean whole =
        module != null
            && (module.status() == Module.Status.COMPLETE
                || module.status() == Module.Status.SKIPPED);
    return whole && cursor.ended();
  }

  /**
   * Compares what Tiny counts with what it showed; see {@link Cursor#addsUp}. A number that is left
   * over is explained by no other number: an order that is gone is not counted, either.
   */
  private static @Nullable Reason total(Evidence evidence) {
    Cursor cursor = evidence.run().cursor();
    if (!evidence.run().whole() || cursor == null) {
      return null;
    }
    if (cursor.total() == null) {
      return Reason.of(Kind.TOTAL, "Tiny did not say how many orders there are");
    }
    if (cursor.addsUp()) {
      return null;
    }
    long shown = cursor.seen() + cursor.unreadable().count();
    String left = cursor.left() == 0 ? "" : "; " + cursor.left() + " were deleted meanwhile";
    return Reason.of(
        Kind.TOTAL,
        "Tiny counts " + cursor.total() + " orders and showed " + shown + " of them" + left);
  }

  private static @Nullable Reason absences(Evidence evidence) {
    Absences answer = evidence.run().absences();
    if (answer == null || answer == Absences.CONFIRMED) {
      return null;
    }
    long absent = evidence.sum(one -> one.absent() == null ? 0 : one.absent());
    long known = evidence.sum(one -> one.known() == null ? 0 : one.known());
    String what = "Tiny's list did not show " + absent + " of " + known + " known orders";
    return Reason.of(
        Kind.ABSENCES,
        answer == Absences.ASKED
            ? what + ": nothing is removed until a person says whether they are gone"
            : what + ", and a person said that they are not gone");
  }

  /**
   * An incremental read shows what is open. What its empty lists left open, neither list nor detail
   * shows: as if it were another company's account, or a suspended one, unless the last open orders
   * of this one were deleted.
   */
  private static @Nullable Reason nothingShown(Evidence evidence) {
    Run run = evidence.run();
    Cursor cursor = run.cursor();
    if (run.mode() != Mode.INCREMENTAL) {
      return null;
    }
    Long counted = cursor == null ? null : cursor.total();
    long left = known(evidence, situacao -> true) - suspects(evidence);
    if (counted != null && counted == 0 && left > 0) {
      return Reason.of(
          Kind.ABSENCES, "Tiny counts no orders at all, though " + left + " are known");
    }
    if (cursor != null && cursor.seen() > 0) {
      return null;
    }
    long open = known(evidence, Situacao::isOpen);
    return open == 0 || deleted(evidence, open)
        ? null
        : Reason.of(
            Kind.ABSENCES,
            "Tiny's lists showed nothing, though " + open + " orders are known as open");
  }

  /**
   * Whether all that was open may have been deleted: each was asked for, and its detail is gone,
   * too; Tiny counts no fewer orders than are left without them, so it shows this account; and a
   * whole read that missed them would be believed.
   */
  private static boolean deleted(Evidence evidence, long open) {
    Cursor cursor = evidence.run().cursor();
    Long counted = cursor == null ? null : cursor.total();
    long known = known(evidence, situacao -> true);
    return suspects(evidence) >= open
        && counted != null
        && counted >= known - open
        && Verdict.mayBeAbsent(known, open);
  }

  private static long suspects(Evidence evidence) {
    return evidence.certificates().values().stream().mapToLong(LedgerCertificate::suspects).sum();
  }

  private static long known(Evidence evidence, IntPredicate situacao) {
    return evidence.certificates().values().stream()
        .flatMap(one -> one.bySituacao().entrySet().stream())
        .filter(one -> situacao.test(one.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static List<Reason> different(Evidence evidence) {
    List<Reason> reasons = new ArrayList<>();
    SortedSet<Integer> unproved = Verdict.toCompare(evidence);
    Evidence.Repair repair = evidence.repair();
    boolean failed = repair != null && repair.error() != null;
    String repaired = failed ? "; the repair failed" : "";
    String why = repair == null || repair.error() == null ? "" : ": " + repair.error();
    if (!unproved.isEmpty()) {
      reasons.add(
          new Reason(
              Kind.DIFFERENT,
              "Postgres differs from the ledger (./ordem certificate RUN names the orders): "
                  + Verdict.differences(evidence)
                  + repaired,
              why,
              unproved.stream().map(partition -> "partition " + partition).toList()));
    }
    Long unplaced = evidence.trials().unplaced();
    if (unplaced != null && unplaced > 0) {
      String what = "rows of Postgres stand in no partition of the ledger" + repaired;
      reasons.add(Reason.of(Kind.DIFFERENT, unplaced + " " + what).quoting(why));
    }
    return reasons;
  }

  private static void add(List<Reason> reasons, @Nullable Reason reason) {
    if (reason != null) {
      reasons.add(reason);
    }
  }
}
