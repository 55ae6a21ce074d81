package dev.ordem.tiny.quota;

import java.time.Instant;
import java.util.List;

/** Whether a call may be made: one of a closed set. */
public sealed interface Permit {
  /**
   * One call may be made, at once, and must then be released.
   *
   * @param account whose
   * @param endpoint which
   * @param lease what the slots are held under
   * @param slots the slot held in the second, the window and the hour; -1: none
   * @param asked when it was granted, on the database's clock, or a little earlier: no request of
   *     this permit leaves before
   * @param clock for the time of the answer
   */
  record Granted(
      String account,
      String endpoint,
      long lease,
      List<Integer> slots,
      Instant asked,
      ClockReading clock)
      implements Permit {

    /**
     * What the database's clock shows at the most when the answer is there.
     *
     * @param nanos of the monotonic clock then
     */
    public Instant answered(long nanos) {
      return clock.latest(nanos);
    }
  }

  /**
   * Not within the time a call may wait.
   *
   * @param until when to ask again
   * @param reason any but {@link WaitReason#BREAKER}
   */
  record Refused(Instant until, WaitReason reason) implements Permit {}
}
