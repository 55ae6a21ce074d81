package dev.ordem.tiny.simulator;

import java.util.HashSet;
import java.util.Set;

/**
 * Which tokens of one account are still good.
 *
 * <p>Tokens are numbered as they are issued. A refresh token is good once: exchanging it makes it
 * dead at that moment. A number never issued here is one that an earlier run of a simulator with
 * the same seed has signed; it is good too, so that a simulator may be restarted under a client
 * that has stored its tokens. Thread safe.
 */
final class TokenGrants {
  private final Set<Long> used = new HashSet<>();
  private long issued;
  private long revokedAccess;
  private long revokedRefresh;
  private boolean bootstrapUsed;
  private boolean bootstrapRevoked;
  private long exchanged;
  private long reused;

  synchronized long issue() {
    issued++;
    return issued;
  }

  /** Whether this refresh token is good, which it is not any more afterwards. */
  synchronized boolean spend(long number) {
    if (used.contains(number)) {
      reused++;
      return false;
    }
    if (number <= revokedRefresh) {
      return false;
    }
    used.add(number);
    issued = Math.max(issued, number);
    exchanged++;
    return true;
  }

  synchronized boolean spendBootstrap() {
    if (bootstrapUsed) {
      reused++;
      return false;
    }
    if (bootstrapRevoked) {
      return false;
    }
    bootstrapUsed = true;
    exchanged++;
    return true;
  }

  synchronized boolean isGoodAccess(long number) {
    issued = Math.max(issued, number);
    return number > revokedAccess;
  }

  synchronized void revokeAccess() {
    revokedAccess = issued;
  }

  synchronized void revokeAll() {
    revokedAccess = issued;
    revokedRefresh = issued;
    bootstrapRevoked = true;
  }

  synchronized long exchanged() {
    return exchanged;
  }

  synchronized long reused() {
    return reused;
  }
}
