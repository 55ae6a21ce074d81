package dev.ordem.sink.repair;

import java.sql.SQLException;
import java.time.Duration;

/** Our hold on a repair, kept up while we work on it. Used by one thread. */
final class Lease {
  private static final Duration RENEW = Duration.ofSeconds(2);

  private final RepairQueue queue;
  private final Repair repair;
  private long renewed = System.nanoTime();

  Lease(RepairQueue queue, Repair repair) {
    this.queue = queue;
    this.repair = repair;
  }

  /**
   * To be called again and again.
   *
   * @throws LostException if another sink may have taken it
   */
  void keep() throws SQLException, LostException {
    if (System.nanoTime() - renewed < RENEW.toNanos()) {
      return;
    }
    if (!queue.renew(repair)) {
      throw new LostException(repair);
    }
    renewed = System.nanoTime();
  }

  /** Another sink may work on it by now. */
  static final class LostException extends Exception {
    private static final long serialVersionUID = 1L;

    LostException(Repair repair) {
      super("the lease of repair " + repair.id() + " has ended");
    }
  }
}
