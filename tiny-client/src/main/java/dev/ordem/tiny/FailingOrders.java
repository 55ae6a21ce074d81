package dev.ordem.tiny;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Orders whose last request met what looks like an outage. Only the first such request of an order
 * tells of Tiny; the next ones may as well tell of that order, which may fail for ever. Keeps the
 * newest thousand: in an outage that meets more, an old one counts again. Thread safe.
 */
final class FailingOrders {
  private static final int MOST = 1_000;

  private final Set<String> failing = new LinkedHashSet<>();

  /** Whether this failure tells of Tiny: always of a list, of an order only the first time. */
  synchronized boolean failed(ApiCall<?> wanted) {
    if (!ofOneOrder(wanted)) {
      return true;
    }
    boolean first = failing.add(key(wanted));
    if (failing.size() > MOST) {
      failing.remove(failing.iterator().next());
    }
    return first;
  }

  /** Tiny answered, whatever it said. */
  synchronized void answered(ApiCall<?> wanted) {
    failing.remove(key(wanted));
  }

  private static boolean ofOneOrder(ApiCall<?> wanted) {
    return wanted.endpoint().equals("detail");
  }

  private static String key(ApiCall<?> wanted) {
    return wanted.account() + " " + wanted.asked();
  }
}
