package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.Lane;
import java.util.HashMap;
import java.util.Map;

/**
 * Who may call at the same time. Calls that end in time need a seat or two for all that a quota
 * allows; so what may never be answered can be kept from having all: what failed before has a
 * quarter of them, an account three quarters, and of four or more one is for what a person waits
 * for. Used under a lock of its owner's.
 */
final class Seats {
  private final int all;
  private final int ofFailed;
  private final int ofAccount;
  private final int ofAllButPersons;
  private final Map<String, Integer> byAccount = new HashMap<>();
  private int failed;
  private int taken;

  Seats(int all) {
    this.all = all;
    this.ofFailed = Math.max(1, all / 4);
    this.ofAccount = all - all / 4;
    this.ofAllButPersons = all < 4 ? all : all - 1;
  }

  /** Takes one if the request may have it. */
  boolean take(DetailRequest request) {
    int account = byAccount.getOrDefault(request.account(), 0);
    boolean person = request.lane() == Lane.REFRESH;
    boolean may =
        taken < (person ? all : ofAllButPersons)
            && (person || account < ofAccount)
            && (!failedBefore(request) || failed < ofFailed);
    if (may) {
      taken++;
      failed += failedBefore(request) ? 1 : 0;
      byAccount.put(request.account(), account + 1);
    }
    return may;
  }

  /** Gives back what it took. */
  void leave(DetailRequest request) {
    taken--;
    failed -= failedBefore(request) ? 1 : 0;
    byAccount.computeIfPresent(
        request.account(), (account, seats) -> seats == 1 ? null : Integer.valueOf(seats - 1));
  }

  private static boolean failedBefore(DetailRequest request) {
    return request.attempt() > 1;
  }
}
