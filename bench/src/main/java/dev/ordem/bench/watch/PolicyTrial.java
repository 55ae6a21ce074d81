package dev.ordem.bench.watch;

import dev.ordem.producer.watch.LookPace;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.SliceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One account under one policy, in simulated time. Each look takes a permit of the quota as Ordem's
 * do: a slot is held until the answer, 270 ms later, and for the window's length beyond. Each
 * change that is seen costs a call for its detail, before the next look.
 */
final class PolicyTrial {
  private static final Instant BEGIN = Instant.parse("2026-01-05T00:00:00Z");
  private static final double ANSWER = 0.27;
  private static final double WINDOW = 60;
  private static final int PER_SECOND = 4;

  private final AccountHabits account;
  private final LookChooser chooser;
  private final LookPace pace;
  private final double warmUp;
  private final double end;
  private final List<Slice> slices;
  private final List<SliceState> states = new ArrayList<>();
  private final List<Deque<Double>> unseen = new ArrayList<>();
  private final PriorityQueue<Double> minute = new PriorityQueue<>();
  private final PriorityQueue<Double> second = new PriorityQueue<>();
  private final Deque<Double> looksOfWindow = new ArrayDeque<>();
  private final Ages all = new Ages();
  private final Ages quick = new Ages();
  private long looks;
  private long counted;
  private Instant changedAt = BEGIN;

  /**
   * Of the same seed changes come at the same times.
   *
   * @param share of the quota, for looks
   */
  PolicyTrial(
      AccountHabits account, LookChooser chooser, double share, Duration warmUp, Duration length) {
    this.account = account;
    this.chooser = chooser;
    this.pace = new LookPace(share);
    this.warmUp = warmUp.toSeconds();
    this.end = this.warmUp + length.toSeconds();
    this.slices = List.copyOf(account.perHour().keySet());
    IntStream.range(0, account.limit()).forEach(slot -> minute.add(0.0));
    IntStream.range(0, PER_SECOND).forEach(slot -> second.add(0.0));
  }

  /**
   * What came of it.
   *
   * @param ages of all changes, when they were seen
   * @param quick of those that show on the newest page and in open statuses
   */
  record Result(double looksAMinute, Ages ages, Ages quick) {}

  Result run(long seed) {
    for (int i = 0; i < slices.size(); i++) {
      states.add(SliceState.fresh(slices.get(i), BEGIN));
      unseen.add(changes(i, new Random(seed * 7_919 + i)));
    }
    double now = 0;
    double lookedAt = -60;
    while (now < end) {
      double due = lookedAt + pause(now);
      if (due > now) {
        now = due;
        continue;
      }
      int next = chooser.next(states, looks, changedAt, at(now));
      if (next < 0) {
        now += 0.5;
        continue;
      }
      double asked = permit(now);
      lookedAt = asked;
      look(next, asked);
      now = asked + ANSWER;
    }
    for (int i = 0; i < slices.size(); i++) { // as old as they are by then, and still unseen
      for (double change : unseen.get(i)) {
        count(i, change, end);
      }
    }
    return new Result(counted / (end - warmUp) * 60, all, quick);
  }

  private void look(int slice, double asked) {
    looks++;
    counted += asked > warmUp ? 1 : 0;
    looksOfWindow.add(asked);
    int seen = 0;
    Deque<Double> changes = unseen.get(slice);
    for (Double change = changes.peek();
        change != null && change <= asked;
        change = changes.peek()) {
      changes.remove();
      seen++;
      count(slice, change, asked + ANSWER);
    }
    states.set(slice, states.get(slice).looked(seen, at(asked)));
    if (seen > 0) {
      changedAt = at(asked);
    }
    for (int detail = 0; detail < seen; detail++) {
      permit(asked + ANSWER);
    }
  }

  private void count(int slice, double change, double seen) {
    if (change > warmUp && change < end) {
      all.add(seen - change);
      if (slices.get(slice).quick()) {
        quick.add(seen - change);
      }
    }
  }

  private double pause(double now) {
    while (!looksOfWindow.isEmpty() && looksOfWindow.getFirst() < now - WINDOW) {
      looksOfWindow.removeFirst();
    }
    long used = minute.stream().filter(free -> free > now).count();
    return pace.pause(
                new LookPace.QuotaUse(
                    account.limit(),
                    Duration.ofMinutes(1),
                    used,
                    Math.min(used, looksOfWindow.size()),
                    null,
                    null),
                at(now))
            .toNanos()
        / 1e9;
  }

  /** When the call may be made. */
  private double permit(double now) {
    double at = Math.max(now, Math.max(first(minute), first(second)));
    minute.add(at + ANSWER + WINDOW);
    second.add(at + ANSWER + 1);
    return at;
  }

  private static double first(PriorityQueue<Double> slots) {
    Double first = slots.poll();
    return first == null ? 0 : first;
  }

  /** Changes of a slice, by chance, at its true rate. */
  private Deque<Double> changes(int number, Random random) {
    Slice slice = slices.get(number);
    double most = 5 * account.perHour().getOrDefault(slice, 0.0) / 3_600;
    Deque<Double> times = new ArrayDeque<>();
    if (most > 0) {
      for (double at = 0; at < end; ) {
        at -= Math.log(1 - random.nextDouble()) / most;
        if (random.nextDouble() * most < account.perSecond(slice, number, at)) {
          times.add(at);
        }
      }
    }
    return times;
  }

  private static Instant at(double seconds) {
    return BEGIN.plusNanos((long) (seconds * 1e9));
  }
}
