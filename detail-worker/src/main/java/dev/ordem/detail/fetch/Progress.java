package dev.ordem.detail.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How far one partition has come: the offset below which every request is answered. Used by the
 * polling thread, but for {@link Mark}.
 */
final class Progress {
  private final Deque<Mark> marks = new ArrayDeque<>();
  private volatile Instant lastAsked = Instant.MIN;

  /**
   * A request was made at that time. The last of the partition's tells what the clock of the ledger
   * shows, at least; that of this host may show something else.
   */
  void asked(Instant at) {
    lastAsked = at;
  }

  /** One record under way. Offsets must grow. */
  Mark begin(long offset) {
    Mark mark = new Mark(offset);
    marks.addLast(mark);
    return mark;
  }

  int underWay() {
    return marks.size();
  }

  /** Forgets what is done up to the first that is not; the offset to commit, if it moved. */
  OptionalLong advance() {
    long next = -1;
    for (Mark first = marks.peekFirst();
        first != null && first.isDone();
        first = marks.peekFirst()) {
      next = first.offset + 1;
      marks.removeFirst();
    }
    return next < 0 ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** The partition goes to another process: what is not begun shall not be. */
  void lose() {
    marks.forEach(Mark::lose);
  }

  /**
   * Waits for answers to what was begun before the partition was lost, so that they need not be
   * asked for again.
   */
  void finish(Duration patience) throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    for (Mark mark : marks) {
      mark.await(until);
    }
  }

  /** One record under way. Thread safe: each transition is made under its lock. */
  final class Mark {
    private final long offset;
    private boolean begun;
    private boolean done;
    private boolean lost;

    private Mark(long offset) {
      this.offset = offset;
    }

    /** Whether the ledger has asked for others since that time. */
    boolean isPast(Instant time) {
      return !lastAsked.isBefore(time);
    }

    /** Whether it may still be begun; it is, then. */
    synchronized boolean start() {
      begun = !lost;
      return begun;
    }

    /** Its answer is acknowledged. */
    synchronized void done() {
      done = true;
      notifyAll();
    }

    private synchronized boolean isDone() {
      return done;
    }

    private synchronized void lose() {
      lost = true;
    }

    private synchronized void await(long until) throws InterruptedException {
      long left = until - System.nanoTime();
      while (begun && !done && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = until - System.nanoTime();
      }
    }
  }
}
