package dev.ordem.detail.ledger;

import dev.ordem.contract.group.ClockSetBackException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: brokers that were away are no reason to end the process,
 * anything else is, and so are threads that die over and over. With a host's clock that is set back
 * all of them die at once, and are not counted.
 */
final class ThreadDeaths implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadDeaths.class);
  private static final Duration SPAN = Duration.ofMinutes(5);
  private static final int MOST = 10;

  private final Clock clock;
  private final Deque<Instant> deaths = new ArrayDeque<>();

  ThreadDeaths(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable cause) {
    if (isOf(ClockSetBackException.class, cause)) {
      LOG.warn("a ledger thread ended as this host's clock was set back; starting another");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    Instant now = clock.instant();
    deaths.addLast(now);
    // one that lies ahead is of a clock that was set back since
    deaths.removeIf(at -> at.isBefore(now.minus(SPAN)) || at.isAfter(now));
    if (passing(cause) && deaths.size() <= MOST) {
      LOG.warn("a ledger thread died of what may pass; starting another", cause);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("a ledger thread died; the ledger cannot go on", cause);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean isOf(Class<?> kind, @Nullable Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the brokers said it, or their absence led to it, and not of what stays as it is. */
  private static boolean passing(@Nullable Throwable thrown) {
    boolean passing = false;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException
          || cause instanceof AuthenticationException
          || cause instanceof RecordTooLargeException
          || cause instanceof SerializationException) {
        return false;
      }
      boolean deepest = cause.getCause() == null;
      passing |=
          cause instanceof ApiException
              || cause instanceof TaskCorruptedException
              || (deepest && cause instanceof KafkaException);
    }
    return passing;
  }
}
