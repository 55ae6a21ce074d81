package dev.ordem.detail.fetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * How far one partition has come: the offset below which every request is answered. Used by the
 * polling thread, but for {@link Mark}.
 */
final class Progress {
  private final Deque<Mark> marks = new ArrayDeque<>();

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
    for (Mark first = marks.peekFirst(); first != null && first.done; first = marks.peekFirst()) {
      next = first.offset + 1;
      marks.removeFirst();
    }
    return next < 0 ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** The partition is another process's: what is not begun shall not be. */
  void lose() {
    marks.forEach(mark -> mark.lost = true);
    marks.clear();
  }

  /** One record under way. Thread safe. */
  static final class Mark {
    private final long offset;
    private volatile boolean done;
    private volatile boolean lost;

    private Mark(long offset) {
      this.offset = offset;
    }

    /** Its answer is acknowledged. */
    void done() {
      done = true;
    }

    boolean lost() {
      return lost;
    }
  }
}
