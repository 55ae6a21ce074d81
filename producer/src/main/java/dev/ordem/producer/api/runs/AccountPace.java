package dev.ordem.producer.api.runs;

import dev.ordem.tiny.AccountHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast runs of one account can be at the moment, and what keeps them from moving.
 *
 * <p>The calls of a window may all be made at its beginning. Therefore a rate is never said to be
 * above what the account allows, and what is left is replayed window by window.
 */
final class AccountPace {
  private static final int ROWS_OF_A_PAGE = 100;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final @Nullable AccountHealth account;
  private final Instant now;

  /**
   * A pace.
   *
   * @param account null: nothing is known of it
   */
  AccountPace(@Nullable AccountHealth account, Instant now) {
    this.account = account;
    this.now = now;
  }

  /**
   * What a run has done.
   *
   * @param total what it is to do; null: not known
   * @param details whether details are counted, each of which is a call; else headers
   * @param time since its start
   */
  record Done(long done, @Nullable Long total, boolean details, Duration time) {
    long left() {
      return total == null ? 0 : Math.max(0, total - done);
    }
  }

  /** A minute; null: it cannot be told. */
  @Nullable Double rate(Done done) {
    if (done.done() == 0 || done.time().toMillis() <= 0) {
      return null;
    }
    double millis = done.time().toMillis();
    AccountHealth known = account;
    if (done.details() && known != null && known.perWindow() > 0) {
      double most = known.perWindow() * ((double) MINUTE.toMillis() / known.window().toMillis());
      return rounded(Math.min(most, perMinute(done, millis)));
    }
    return rounded(perMinute(done, millis));
  }

  private static double perMinute(Done done, double millis) {
    return done.done() / (millis / MINUTE.toMillis());
  }

  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }

  /** Seconds until it is done, if nothing else uses the quota; null: it cannot be told. */
  @Nullable Long eta(Done done) {
    Double rate = rate(done);
    if (rate == null || rate <= 0 || done.total() == null) {
      return null;
    }
    double byRate = done.left() / rate * 60;
    AccountHealth known = account;
    QuotaTime quota = known == null ? null : QuotaTime.of(known, known.facts().used());
    if (known == null || quota == null || quota.isUnlimited()) {
      return Math.round(byRate);
    }
    long calls = done.details() ? done.left() : CallForecast.pages(done.left(), ROWS_OF_A_PAGE);
    Duration takes = quota.untilLastOf(done.left() == 0 ? 0 : calls);
    Instant closed = known.closedUntil();
    if (closed != null && closed.isAfter(now) && done.left() > 0) {
      takes = takes.plus(Duration.between(now, closed));
    }
    double byQuota = takes.toMillis() / 1000.0;
    // Two whole windows tell how fast it is in truth; before, only the quota does.
    boolean tells = done.time().compareTo(known.window().multipliedBy(2)) >= 0;
    return Math.round(tells ? Math.max(byQuota, byRate) : byQuota);
  }

  /** When the quota has room again; null: it has now. */
  @Nullable Instant waitsUntil() {
    AccountHealth known = account;
    if (known == null) {
      return null;
    }
    Instant closed = known.closedUntil();
    Instant until = closed == null ? known.facts().opensAt() : closed;
    return until != null && until.isAfter(now) ? until : null;
  }

  /** Why no call is possible, with what mends it; empty: calls are possible. */
  Optional<String> standsStill() {
    AccountHealth known = account;
    String problem = known == null ? null : known.problem();
    if (known == null || problem == null) {
      return Optional.empty();
    }
    Instant token = known.tokenExpiresAt();
    boolean tokenIsGood = token != null && token.isAfter(now);
    return known.closedUntil() != null || !tokenIsGood ? Optional.of(problem) : Optional.empty();
  }
}
