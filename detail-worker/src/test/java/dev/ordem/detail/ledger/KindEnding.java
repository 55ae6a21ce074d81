package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.HistoryReferee.check;
import static java.util.Objects.requireNonNull;

import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.ModelRun.Phase;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.store.StoreNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From now on all goes well: what was begun has to end, and what is told has to be true. */
final class KindEnding {
  /** Rounds in which everything that waits for an answer gets one. */
  private static final int ROUNDS = 60;

  private static final long HOURS = 3L * 3_600_000;

  private final HistoryWorld world;

  KindEnding(HistoryWorld world) {
    this.world = world;
  }

  void come() {
    world.clock.skew(0);
    world.ledger.free();
    world.pass(HOURS);
    // what the schedule asks for: a lost ledger without any input says nothing
    for (String account : HistoryWorld.ACCOUNTS) {
      world.producer.start(account, Mode.INCREMENTAL, false, false, Long.MAX_VALUE);
    }
    runsEnd();
    for (ModelRun run : world.producer.runs) {
      boolean gone = run.phase == Phase.FORGOTTEN || run.phase == Phase.CANCELED;
      check(
          gone || run.phase == Phase.COMPLETE || run.phase == Phase.PARTIAL,
          "2. what is not missing gets done: %s %s",
          run,
          told(run));
    }
    nothingWaits();
    heal();
    truth();
  }

  /** All is read, answered and judged, until nothing happens any more. */
  private void runsEnd() {
    int quiet = 0;
    for (int round = 0; round < ROUNDS && quiet < 3; round++) {
      boolean idle = world.fetcher.idle() && allRest();
      for (ModelRun run : List.copyOf(world.producer.runs)) {
        idle &= run.phase != Phase.READING && run.phase != Phase.SETTLING;
        world.readAll(run);
      }
      HistoryWorld.ACCOUNTS.forEach(world.producer::based);
      world.fetcher.answerAll();
      world.pass(round % 4 == 3 ? 60_000 : 1_000);
      world.settle(round);
      world.judge.look();
      world.settle(round);
      quiet = idle && world.fetcher.idle() ? quiet + 1 : 0;
    }
    check(world.fetcher.idle(), "2. requests stop");
  }

  private void nothingWaits() {
    for (int number = 0; number < SimulatedLedger.PARTITIONS; number++) {
      SimulatedPartition partition = world.ledger.partition(number);
      check(
          partition.entries(StoreNames.PENDING).isEmpty(),
          "2. no work in steps is left over: %s",
          partition.entries(StoreNames.PENDING));
    }
    check(allRest(), "2. nothing stays queued: %s", told());
    check(told().isEmpty(), "2. nothing is told to be queued: %s", told());
  }

  private boolean allRest() {
    for (int number = 0; number < SimulatedLedger.PARTITIONS; number++) {
      for (Object each : world.ledger.partition(number).entries(StoreNames.STANDINGS).values()) {
        if (!rests(((Standing) each).task().work())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Work states of orders that are told to be worked on. */
  private List<SyncState> told() {
    return world.postgres.work.values().stream()
        .filter(state -> !world.referee.lost(state.key()) && !rests(state.state()))
        .toList();
  }

  private static boolean rests(Work work) {
    return work == Work.SETTLED || work == Work.PARKED;
  }

  /** People have what is parked tried again, and have runs go on. */
  private void heal() {
    for (int round = 0; round < 3; round++) {
      world.producer.runs.forEach(world.producer::resume);
      List<OrderKey> parked = new ArrayList<>();
      world.postgres.work.forEach(
          (key, state) -> {
            if (state.state() == Work.PARKED) {
              parked.add(key);
            }
          });
      for (OrderKey key : parked) {
        world.ledger.header(
            new HeaderEvent.RequeueWanted(
                key.account(), key.osId(), ModelClock.at(world.clock.now())),
            null);
      }
      world.settle(round);
      runsEnd();
    }
    // what was deleted while a list shows it last is found by two reads an hour apart
    for (int round = 0; round < 2; round++) {
      world.pass(2 * Absence.APART.toMillis());
      for (String account : HistoryWorld.ACCOUNTS) {
        world.readAll(world.producer.start(account, Mode.FULL, false, false, Long.MAX_VALUE));
      }
      runsEnd();
    }
    world.producer.runs.forEach(world.producer::resume);
    runsEnd();
    for (ModelRun run : world.producer.runs) {
      check(
          implausible(run.account) || run.phase == Phase.COMPLETE || run.phase == Phase.FORGOTTEN,
          "7. a partial run heals: %s %s",
          run,
          told(run));
    }
    nothingWaits();
  }

  private void truth() {
    for (int number = 0; number < SimulatedLedger.PARTITIONS; number++) {
      for (Map.Entry<String, ?> each :
          world.ledger.partition(number).entries(StoreNames.CLAIMS).entrySet()) {
        check(
            HistoryWorld.ACCOUNTS.stream().anyMatch(this::implausible)
                || each.getKey().contains("/a:c6"),
            "7. no claim is left over: %s",
            each);
      }
    }
    for (String account : HistoryWorld.ACCOUNTS) {
      for (Long id : world.tiny.listed(account, world.clock.now())) {
        OrderKey key = new OrderKey(account, id);
        EnrichedOrder told = world.postgres.order(key);
        ModelTiny.State state = requireNonNull(world.tiny.at(key, world.clock.now()));
        check(told != null, "1. what is in Tiny is told in the end: %s", key);
        check(
            told != null
                && told.situacao() == state.situacao()
                && state.numero().equals(told.numero())
                && state.nome().equals(told.clienteNome())
                && told.detailsSynced(),
            "1. what is told in the end is true: %s but %s",
            told,
            state);
        world.referee.settled(key);
      }
    }
    for (OrderKey key : world.postgres.keys()) {
      boolean there = world.tiny.at(key, world.clock.now()) != null;
      check(
          there
              || implausible(key.account())
              || key.osId() >= Garbage.FIRST
              || world.postgres.order(key) == null,
          "5. what is deleted is removed in the end: %s",
          key);
    }
  }

  /** Whether a person was asked about a read of the account, and did not answer. */
  private boolean implausible(String account) {
    return world.producer.runs.stream()
        .anyMatch(run -> run.implausible && run.account.equals(account));
  }

  private List<RunProgress> told(ModelRun run) {
    List<RunProgress> rows = new ArrayList<>();
    for (int partition = 0; partition < SimulatedLedger.PARTITIONS; partition++) {
      RunProgress row = world.postgres.progress(run.id, partition);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }
}
