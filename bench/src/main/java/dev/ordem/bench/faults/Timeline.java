package dev.ordem.bench.faults;

import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens when, counted from the moment at which it is started; one thing after the other. */
final class Timeline {
  private static final int AGAIN_MILLIS = 500;
  private static final int MOST_TRIES = 60;

  private final PriorityQueue<Moment> moments =
      new PriorityQueue<>(Comparator.comparingInt(Moment::atMillis));

  /** Something to do; while Postgres does not answer, it is tried again. */
  interface Act {
    void happen() throws Exception;
  }

  void at(int millis, Act act) {
    moments.add(new Moment(millis, act, 1));
  }

  /** Returns when all has happened. */
  void run() throws Exception {
    long start = System.nanoTime();
    while (!moments.isEmpty()) {
      Moment next = moments.remove();
      long early = next.atMillis * 1_000_000L - (System.nanoTime() - start);
      if (early > 0) {
        Waiting.pause(Duration.ofNanos(early));
      }
      try {
        next.act.happen();
      } catch (SQLException e) {
        if (next.tries == MOST_TRIES) {
          throw e;
        }
        int now = (int) ((System.nanoTime() - start) / 1_000_000L);
        moments.add(new Moment(now + AGAIN_MILLIS, next.act, next.tries + 1));
      }
    }
  }

  private record Moment(int atMillis, Act act, int tries) {}
}
