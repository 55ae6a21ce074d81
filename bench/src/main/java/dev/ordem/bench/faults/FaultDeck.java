package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Draws the rounds of a seed: the same ones each time. Cells come as from a deck of cards, each
 * once before any comes again, so that a run of a few hundred faults has tried all of them.
 */
final class FaultDeck {
  private static final List<String> MODES =
      List.of(
          "full",
          "full",
          "full",
          "reconcile",
          "reconcile",
          "incremental",
          "incremental",
          "incremental",
          "auto",
          "auto",
          "details",
          "period");

  private static final int MOMENT = 3000;
  private static final int TWOS_OF_TEN = 6;
  private static final int ACTS_OF_TEN = 4;

  private final Random random;
  private final boolean disks;
  private final int changes;
  private final Deque<Fault> processes = new ArrayDeque<>();
  private final Deque<Fault> acts = new ArrayDeque<>();
  private int rounds;

  /**
   * @param disks whether disks can be full here
   * @param changes most that are made before a run is asked for; while it goes on, one less
   */
  FaultDeck(long seed, boolean disks, int changes) {
    this.random = new Random(seed);
    this.disks = disks;
    this.changes = changes;
  }

  Round next() {
    rounds++;
    List<Fault> faults = new ArrayList<>();
    boolean act = random.nextInt(10) < ACTS_OF_TEN;
    if (act) {
      faults.add(drawn(acts));
    }
    boolean alone = act && faults.get(0).kind() == FaultKind.NEW_KAFKA;
    int more = random.nextInt(10) < TWOS_OF_TEN ? 2 : 1;
    for (int i = 0; i < more && !alone; i++) {
      Fault fault = drawn(processes);
      if (faults.stream().noneMatch(other -> inTheWay(other, fault))) {
        faults.add(fault);
      } else {
        processes.addLast(fault);
      }
    }
    return new Round(
        rounds,
        MODES.get(random.nextInt(MODES.size())),
        random.nextBoolean(),
        random.nextInt(changes + 1),
        random.nextInt(changes),
        faults,
        random.nextLong());
  }

  /** What is dead cannot be frozen: two things at once happen to two processes. */
  private static boolean inTheWay(Fault one, Fault other) {
    return one.target().equals(other.target());
  }

  private Fault drawn(Deque<Fault> deck) {
    if (deck.isEmpty()) {
      List<Fault> all = deck == acts ? acts() : processes();
      Collections.shuffle(all, random);
      deck.addAll(all);
    }
    Fault card = deck.removeFirst();
    return new Fault(card.kind(), card.target(), random.nextInt(MOMENT), lasts(card.kind()));
  }

  /** At most two seconds away, and four seconds frozen or cut off, longer than some leases last. */
  private int lasts(FaultKind kind) {
    return switch (kind) {
      case KILL -> random.nextInt(2000);
      case RESTART, EXPIRE, CANCEL, TRUNCATE, DELETE, OLD_STORES, LOST_STORES, NEW_KAFKA -> 0;
      case FREEZE -> random.nextInt(4) == 0 ? 10_000 : 1000 + random.nextInt(4000);
      case CUT, HOLD, FULL, OUTAGE -> 1000 + random.nextInt(4000);
      case RESUME -> random.nextInt(1500);
      case CONSTRAINT -> 2000 + random.nextInt(4000);
    };
  }

  private List<Fault> processes() {
    List<Fault> cells = new ArrayList<>();
    List<String> names = new ArrayList<>(Site.SERVICES);
    names.addAll(Site.STORES);
    for (String name : names) {
      for (FaultKind kind : List.of(FaultKind.KILL, FaultKind.RESTART, FaultKind.FREEZE)) {
        cells.add(card(kind, name));
      }
    }
    for (String road : Site.roads()) {
      cells.add(card(FaultKind.CUT, road));
      cells.add(card(FaultKind.HOLD, road));
    }
    if (disks) {
      for (String disk : List.of("detail-worker-1", "detail-worker-2", "kafka", "postgres")) {
        cells.add(card(FaultKind.FULL, disk));
      }
    }
    return cells;
  }

  private static List<Fault> acts() {
    List<Fault> cells = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      cells.add(card(FaultKind.RESUME, "run"));
      cells.add(card(FaultKind.TRUNCATE, "os"));
      cells.add(card(FaultKind.DELETE, "os"));
      cells.add(card(FaultKind.DELETE, "os_status_history"));
      cells.add(card(FaultKind.CONSTRAINT, "os"));
    }
    cells.add(card(FaultKind.CANCEL, "run"));
    cells.add(card(FaultKind.TRUNCATE, "os_status_history"));
    cells.add(card(FaultKind.OUTAGE, "tiny"));
    cells.add(card(FaultKind.EXPIRE, "tiny"));
    cells.add(card(FaultKind.OLD_STORES, "detail-worker-1"));
    cells.add(card(FaultKind.OLD_STORES, "detail-worker-2"));
    cells.add(card(FaultKind.LOST_STORES, "detail-worker-2"));
    cells.add(card(FaultKind.NEW_KAFKA, "kafka"));
    return cells;
  }

  private static Fault card(FaultKind kind, String target) {
    return new Fault(kind, target, 0, 0);
  }
}
