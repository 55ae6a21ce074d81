package dev.ordem.tiny.quota;

import java.time.Instant;

/** Whether a call may be made: one of a closed set. */
public sealed interface Permit {
  /** Of a permit of an account without windows. */
  long UNCOUNTED = -1;

  /**
   * One call may be made, at once, and must then be released.
   *
   * @param account whose
   * @param id the row by which it is counted and held; {@link #UNCOUNTED}: there is none
   * @param asked when it was granted, on the database's clock, or a little earlier: no request of
   *     this permit leaves before
   * @param clock for the time of the answer
   */
  record Granted(String account, long id, Instant asked, ClockReading clock) implements Permit {

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
