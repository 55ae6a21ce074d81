package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.CommittedStep.Heard;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.partition.Activity;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import dev.ordem.detail.ledger.partition.LedgerMeters;
import dev.ordem.detail.ledger.partition.PartitionResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The partitions of the ledger, and the topics that it reads. */
final class SimulatedLedger {
  static final int PARTITIONS = 2;

  private final List<SimulatedPartition> partitions = new ArrayList<>();
  private final int[] stalled = new int[PARTITIONS];
  private final int[] open = new int[PARTITIONS];
  private final Consumer<CommittedStep> reader;
  private long requests;

  SimulatedLedger(LedgerRules rules, ModelClock clock, Consumer<CommittedStep> reader) {
    this.reader = reader;
    PartitionResources wiring =
        new PartitionResources(
            rules,
            () -> new UUID(1, ++requests),
            () -> new SplittableRandom(7),
            new LedgerMeters(new SimpleMeterRegistry(), account -> true),
            clock::host,
            new Activity(() -> 0),
            new DeletedRecords());
    for (int number = 0; number < PARTITIONS; number++) {
      partitions.add(new SimulatedPartition(number, wiring, clock));
    }
  }

  static int partitionOf(OrderKey key) {
    return (int) (key.osId() % PARTITIONS);
  }

  SimulatedPartition partition(int number) {
    return partitions.get(Math.floorMod(number, PARTITIONS));
  }

  void header(HeaderEvent.OfOrder event, ModelTiny.@Nullable Shown shown) {
    Heard heard = new Heard(event.key().toString(), event, shown, true);
    partition(partitionOf(event.key())).writeHeader(heard);
  }

  void marker(HeaderEvent.Marker marker) {
    for (SimulatedPartition partition : partitions) {
      partition.writeHeader(new Heard(marker.markerKey(), marker, null, true));
    }
  }

  void result(DetailResult result, ModelTiny.@Nullable Shown shown) {
    OrderKey key = result.request().key();
    partition(partitionOf(key)).writeResult(new Heard(key.toString(), result, shown, true));
  }

  /** Something that nobody should have written. */
  void garbage(int number, boolean result, String key, @Nullable Event event) {
    Heard heard = new Heard(key, event, null, false);
    if (result) {
      partition(number).writeResult(heard);
    } else {
      partition(number).writeHeader(heard);
    }
  }

  void stall(int number, int steps) {
    stalled[Math.floorMod(number, PARTITIONS)] = steps;
  }

  void open(int number, int steps) {
    open[Math.floorMod(number, PARTITIONS)] = steps;
  }

  void crash(int number, boolean sameProcessor) {
    partition(number).crash(sameProcessor);
  }

  void lose(int number) {
    partition(number).lose(reader);
  }

  /** What was written is read, and what came of it committed, where nothing is in the way. */
  void work(int mix, Duration passed) {
    for (int number = 0; number < PARTITIONS; number++) {
      SimulatedPartition partition = partitions.get(number);
      if (stalled[number] > 0) {
        stalled[number]--;
        continue;
      }
      partition.drain(mix);
      partition.tick();
      if (passed.toMillis() >= 1000) {
        partition.pass(Duration.ofSeconds(1));
      }
      if (open[number] > 0) {
        open[number]--;
      } else {
        partition.commit(reader);
      }
    }
  }

  /** Nothing stands in the way any more. */
  void free() {
    for (int number = 0; number < PARTITIONS; number++) {
      stalled[number] = 0;
      open[number] = 0;
    }
  }
}
