package dev.ordem.tiny.account;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this package needs to know. Immutable; its text form shows no secret.
 *
 * @param account name of the configured account
 * @param authUrl base of the realm's OpenID Connect endpoints
 * @param clientId of the application
 * @param clientSecret of the application
 * @param refreshToken first refresh token of {@code account}
 * @param secretKeys the first encrypts, all decrypt
 * @param limits what every account may do until Tiny says otherwise
 * @param callTimeout longest duration of one call
 * @param permitWait longest wait for a permit
 */
public record AccountSettings(
    String account,
    URI authUrl,
    String clientId,
    String clientSecret,
    @Nullable String refreshToken,
    List<String> secretKeys,
    Limits limits,
    Duration callTimeout,
    Duration permitWait) {

  /**
   * Calls allowed in each window; 0: no such window. One of more than 10,000 is not watched.
   *
   * @param perSecond calls in any second
   * @param perWindow calls in any {@code window}
   * @param window length of the middle window
   * @param perHour calls in any hour
   */
  public record Limits(int perSecond, int perWindow, Duration window, int perHour) {
    private static final int MOST_WATCHED = 10_000;

    boolean areOff() {
      return isOff(perSecond) && isOff(perWindow) && isOff(perHour);
    }

    private static boolean isOff(int limit) {
      return limit == 0 || limit > MOST_WATCHED;
    }
  }

  @Override
  public String toString() {
    return "AccountSettings[account=" + account + ", limits=" + limits + "]";
  }
}
