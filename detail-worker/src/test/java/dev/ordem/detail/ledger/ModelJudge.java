package dev.ordem.detail.ledger;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.RunProgress;
import dev.ordem.detail.ledger.ModelRun.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Judges runs by what the ledger told of them, as far as the ledger's part goes. */
final class ModelJudge {
  private final ModelProducer producer;
  private final ModelPostgres postgres;
  private final Consumer<ModelRun> complete;

  /**
   * @param complete is told of each run that is found complete
   */
  ModelJudge(ModelProducer producer, ModelPostgres postgres, Consumer<ModelRun> complete) {
    this.producer = producer;
    this.postgres = postgres;
    this.complete = complete;
  }

  void look() {
    for (ModelRun run : producer.runs) {
      if (run.phase == Phase.SETTLING || run.phase == Phase.PARTIAL) {
        look(run);
      }
    }
  }

  private void look(ModelRun run) {
    List<RunProgress> told = told(run);
    if (told == null) {
      return;
    }
    boolean skipped = sum(told, RunProgress::skipped) > 0;
    if (run.phase == Phase.SETTLING && (skipped || !present(run))) {
      producer.based(run.account);
      if (run.phase == Phase.SETTLING) {
        producer.readAgain(run);
      }
      return;
    }
    if (skipped || (run.whole && !absencesDone(run, told)) || sum(told, RunProgress::open) > 0) {
      return;
    }
    boolean left = sum(told, RunProgress::parked) + sum(told, RunProgress::dropped) > 0;
    run.phase = left || run.implausible ? Phase.PARTIAL : Phase.COMPLETE;
    if (run.phase == Phase.COMPLETE) {
      complete.accept(run);
    }
  }

  /** Null while a partition has not passed the end of this reading. */
  private @Nullable List<RunProgress> told(ModelRun run) {
    List<RunProgress> all = new ArrayList<>();
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      RunProgress told = postgres.progress(run.id, partition);
      if (told == null || !told.ended() || !Long.valueOf(run.reading).equals(told.reading())) {
        return null;
      }
      all.add(told);
    }
    return all;
  }

  /** Whether the run and all partitions are of the present generation. */
  private boolean present(ModelRun run) {
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      AccountCertificate told = postgres.certificate(run.account, partition);
      if (told == null
          || told.generation() == null
          || !told.generation().equals(producer.generation(run.account))) {
        return false;
      }
    }
    return true;
  }

  private boolean absencesDone(ModelRun run, List<RunProgress> told) {
    long known = sum(told, RunProgress::known);
    long absent = sum(told, RunProgress::absent);
    boolean implausible = (absent > 3 && absent * 2 > known) || (run.blind && known > 0);
    if (absent == 0) {
      return true;
    }
    if (implausible) {
      run.implausible = true;
      return true;
    }
    if (!run.confirmed) {
      producer.confirm(run);
      return false;
    }
    return told.stream().allMatch(each -> Boolean.TRUE.equals(each.absencesCounted()));
  }

  private static long sum(
      List<RunProgress> told, java.util.function.Function<RunProgress, @Nullable Long> of) {
    long sum = 0;
    for (RunProgress each : told) {
      Long value = of.apply(each);
      sum += value == null ? 0 : value;
    }
    return sum;
  }
}
