package dev.ordem.producer.verdict;

import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunState.Module.Status;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.runs.RunLog;
import dev.ordem.producer.verdict.Evidence.Progress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a run's details and their proof go, in the numbers that people see.
 *
 * @param details claims, of which those settled are done
 * @param store orders that the ledger holds of the account, of which those proved are done
 */
record ModuleProgress(Module details, Module store) {

  static ModuleProgress of(Evidence evidence, NextStep step) {
    return new ModuleProgress(details(evidence), store(evidence, step));
  }

  /** As the run's row has them. */
  static ModuleProgress before(Evidence.Run run) {
    return new ModuleProgress(
        run.details() == null ? Module.WAITING : run.details(),
        run.store() == null ? Module.WAITING : run.store());
  }

  private static Module details(Evidence evidence) {
    long requested = evidence.sum(Progress::requested);
    long settled = evidence.sum(Progress::settled);
    boolean over = evidence.generation() != null && Verdict.notEnded(evidence).isEmpty();
    if (evidence.run().headersOnly() && requested == 0) {
      return new Module(Status.SKIPPED, 0, 0L, null);
    }
    if (!over || evidence.sum(Progress::open) > 0) {
      return new Module(Status.RUNNING, settled, requested, null);
    }
    List<Reason> reasons = of(RunLog.Module.DETAILS, Reasons.healable(evidence));
    return reasons.isEmpty()
        ? new Module(Status.COMPLETE, settled, requested, null)
        : new Module(Status.PARTIAL, settled, requested, text(reasons));
  }

  private static Module store(Evidence evidence, NextStep step) {
    long done = done(evidence);
    long total =
        evidence.certificates().values().stream().mapToLong(one -> one.numbers().orders()).sum();
    if (step instanceof NextStep.Complete) {
      return new Module(Status.COMPLETE, done, done, null);
    }
    if (step instanceof NextStep.Partial partial) {
      List<Reason> reasons = of(RunLog.Module.STORE, partial.reasons());
      return reasons.isEmpty()
          ? new Module(Status.COMPLETE, done, done, null)
          : new Module(Status.PARTIAL, done, total, text(reasons));
    }
    Module before = evidence.run().store();
    return evidence.run().phase() == Phase.HEALING && before != null
        ? before
        : new Module(Status.RUNNING, Math.min(done, total), total, null);
  }

  private static long done(Evidence evidence) {
    long done = 0;
    for (Integer partition : evidence.certificates().keySet()) {
      Proof proof = evidence.proofs().get(partition);
      PartitionComparison comparison = evidence.trials().comparisons().get(partition);
      if (proof != null && Verdict.proved(evidence, partition)) {
        done += proof.numbers().orders();
      } else if (comparison != null) {
        done += Math.min(comparison.postgres().orders(), comparison.ledger().orders());
      }
    }
    return done;
  }

  private static List<Reason> of(RunLog.Module module, List<Reason> reasons) {
    return reasons.stream().filter(reason -> reason.kind().module() == module).toList();
  }

  /** For those who may see what others said, which may name a person. */
  static String text(List<Reason> reasons) {
    return reasons.stream().map(Reason::whole).collect(Collectors.joining("; "));
  }

  /** For everybody. */
  static String withoutQuotes(List<Reason> reasons) {
    return reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
  }

  /** Whether people would notice more than that numbers grew. */
  boolean differs(ModuleProgress other) {
    return details.status() != other.details.status() || store.status() != other.store.status();
  }
}
