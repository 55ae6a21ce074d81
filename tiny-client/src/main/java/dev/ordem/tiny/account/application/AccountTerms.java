package dev.ordem.tiny.account.application;

import dev.ordem.tiny.quota.QuotaLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of an account's limits. Tiny's own word is learned from its answers and rules
 * where it says more or less. Null: nothing is said.
 *
 * @param plan reads a minute of the account's plan
 * @param perSecond calls a second; 0: no such window
 * @param perMinute calls in the middle window; 0: no such window
 * @param perHour calls an hour; 0: no such window
 */
public record AccountTerms(
    @Nullable Integer plan,
    @Nullable Integer perSecond,
    @Nullable Integer perMinute,
    @Nullable Integer perHour) {
  /** Nothing is said. */
  public static final AccountTerms NONE = new AccountTerms(null, null, null, null);

  private static final int USUAL_SECOND = 4;
  private static final int USUAL_MINUTE = 30;

  /** The limits to begin with, where a middle window is this long. */
  public QuotaLimits limits(Duration window) {
    return new QuotaLimits(
        perSecond == null ? USUAL_SECOND : perSecond,
        perMinute == null ? (plan == null ? USUAL_MINUTE : plan) : perMinute,
        window,
        perHour == null ? 0 : perHour);
  }
}
