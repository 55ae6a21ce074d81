package dev.ordem.producer.looking;

import java.time.Instant;

/**
 * How a list is watched, with all its pages.
 *
 * @param name newest, status-N of an open status, or range: all orders
 * @param lookedAt when the page was looked at that waits longest, or began to wait
 * @param perSecond changes that are believed, from what looks showed
 */
record WatchedList(String name, Instant lookedAt, double perSecond) {
  WatchedList and(WatchedList other) {
    return new WatchedList(
        name,
        lookedAt.isBefore(other.lookedAt) ? lookedAt : other.lookedAt,
        perSecond + other.perSecond);
  }
}
