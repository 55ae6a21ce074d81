package dev.ordem.producer.api;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.runtime.http.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether this machine's clock agrees with the database's, by which quota, tokens and observations
 * are dated. One that is wrong makes waits too long or too short and certificates invalid.
 */
final class ClockCheck {
  private static final Duration MOST = Duration.ofSeconds(30);

  private final ApiDatabase database;
  private final InstantSource clock;

  ClockCheck(ApiDatabase database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Empty: they agree, or nobody can tell. */
  Optional<String> trouble() {
    Instant before = clock.instant();
    Instant there;
    try {
      there =
          database
              .first(row -> row.getTimestamp(1).toInstant(), "SELECT clock_timestamp()")
              .orElseThrow();
    } catch (Problem e) {
      return Optional.empty();
    }
    Instant after = clock.instant();
    Duration ahead = Duration.between(there, before);
    Duration behind = Duration.between(after, there);
    if (ahead.compareTo(MOST) <= 0 && behind.compareTo(MOST) <= 0) {
      return Optional.empty();
    }
    boolean isAhead = ahead.compareTo(MOST) > 0;
    return Optional.of(
        "this machine's clock is %d s %s Postgres': set whichever is wrong (timedatectl set-ntp true)"
            .formatted((isAhead ? ahead : behind).toSeconds(), isAhead ? "ahead of" : "behind"));
  }
}
