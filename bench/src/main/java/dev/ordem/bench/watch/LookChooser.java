package dev.ordem.bench.watch;

import dev.ordem.producer.watch.LookPolicy;
import dev.ordem.producer.watch.SliceState;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A way to choose the next slice. Made anew for each trial. */
interface LookChooser {
  /**
   * The number of the slice to look at; -1: none now.
   *
   * @param slices all of the account, always in the same order
   */
  int next(List<SliceState> slices, long looks, Instant changedAt, Instant now);

  /** The one that Ordem uses. */
  static LookChooser learned() {
    return (slices, looks, changedAt, now) ->
        LookPolicy.next(slices, looks, changedAt, now)
            .map(
                slice -> {
                  int number = 0;
                  while (!slices.get(number).slice().equals(slice)) {
                    number++;
                  }
                  return number;
                })
            .orElse(-1);
  }

  static LookChooser roundRobin() {
    return (slices, looks, changedAt, now) -> (int) (looks % slices.size());
  }

  static LookChooser random(Random random) {
    return (slices, looks, changedAt, now) -> random.nextInt(slices.size());
  }

  /**
   * The best fixed intervals, with the true rates: inverse to their square roots. What never
   * changes is never looked at.
   *
   * @param rates of each slice, on average over all the time
   */
  static LookChooser bestStatic(double[] rates) {
    return (slices, looks, changedAt, now) -> {
      int best = -1;
      double most = -1;
      for (int i = 0; i < rates.length; i++) {
        Instant looked = slices.get(i).lookedAt();
        Instant from = looked == null ? slices.get(i).since() : looked;
        double waited = (now.toEpochMilli() - from.toEpochMilli()) * Math.sqrt(rates[i]);
        if (waited > most) {
          most = waited;
          best = i;
        }
      }
      return best;
    };
  }

  /**
   * Runs every five minutes over the newest page and the open statuses, and over everything once a
   * day, as without the watch.
   */
  static LookChooser fiveMinutes() {
    return new LookChooser() {
      private int at = Integer.MAX_VALUE;
      private long begun = -1;
      private boolean whole;

      @Override
      public int next(List<SliceState> slices, long looks, Instant changedAt, Instant now) {
        long turn = now.getEpochSecond() / 300;
        if (turn != begun && at >= slices.size()) {
          begun = turn;
          at = 0;
          whole = turn % 288 == 36;
        }
        while (at < slices.size() && !whole && !slices.get(at).slice().quick()) {
          at++;
        }
        return at < slices.size() ? at++ : -1;
      }
    };
  }
}
