package dev.ordem.bench.faults;

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
  private final FaultCells cells;
  private final int changes;
  private final boolean single;
  private final Deque<Fault> processes = new ArrayDeque<>();
  private final Deque<Fault> acts = new ArrayDeque<>();
  private int rounds;

  /**
   * @param changes most that are made before a run is asked for; while it goes on, one less
   * @param single whether each happens alone
   */
  FaultDeck(long seed, FaultCells cells, int changes, boolean single) {
    this.random = new Random(seed);
    this.cells = cells;
    this.changes = changes;
    this.single = single;
  }

  Round next() {
    rounds++;
    List<Fault> faults = new ArrayList<>();
    boolean onlyActs = cells.processes().isEmpty();
    boolean act = onlyActs || (random.nextInt(10) < ACTS_OF_TEN && !cells.acts().isEmpty());
    if (act) {
      faults.add(drawn(acts));
    }
    boolean alone = act && (single || faults.get(0).kind() == FaultKind.NEW_KAFKA);
    int more = random.nextInt(10) < TWOS_OF_TEN && !single ? 2 : 1;
    for (int i = 0; i < more && !alone && !onlyActs; i++) {
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

  /**
   * What is dead cannot be frozen: two things at once happen to two processes. A clock is set
   * beside anything but another clock.
   */
  private static boolean inTheWay(Fault one, Fault other) {
    if (one.kind().setsClock() || other.kind().setsClock()) {
      return one.kind().setsClock() && other.kind().setsClock();
    }
    return one.target().equals(other.target()) || cutOff(one, other) || cutOff(other, one);
  }

  /** Nobody reaches Postgres while it is put back, and everybody afterwards. */
  private static boolean cutOff(Fault one, Fault other) {
    return one.kind().putsBack() && other.target().endsWith(">postgres");
  }

  private Fault drawn(Deque<Fault> deck) {
    if (deck.isEmpty()) {
      List<Fault> all = new ArrayList<>(deck == acts ? cells.acts() : cells.processes());
      Collections.shuffle(all, random);
      deck.addAll(all);
    }
    Fault card = deck.removeFirst();
    int after = random.nextInt(MOMENT);
    int clock = card.kind().setsClock() ? card.clockSeconds() * step() : 0;
    return new Fault(card.kind(), card.target(), after, lasts(card.kind()), clock);
  }

  /** Some seconds, some minutes, an hour. */
  private int step() {
    return switch (random.nextInt(3)) {
      case 0 -> 2 + random.nextInt(28);
      case 1 -> 60 + random.nextInt(540);
      default -> 3600;
    };
  }

  /** At most two seconds away, and four seconds frozen or cut off, longer than some leases last. */
  private int lasts(FaultKind kind) {
    return switch (kind) {
      case KILL -> random.nextInt(2000);
      case RESTART,
          EXPIRE,
          CANCEL,
          TRUNCATE,
          DELETE,
          OLD_STORES,
          LOST_STORES,
          NEW_KAFKA,
          PUT_BACK,
          WRONG_CLOCK ->
          0;
      case FREEZE -> random.nextInt(4) == 0 ? 10_000 : 1000 + random.nextInt(4000);
      case CUT, HOLD, FULL, OUTAGE, COPY, CLOCK -> 1000 + random.nextInt(4000);
      case RESUME -> random.nextInt(1500);
      case CONSTRAINT -> 2000 + random.nextInt(4000);
    };
  }
}
