package dev.ordem.tiny.account;

import dev.ordem.tiny.quota.QuotaLimits;
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
    QuotaLimits limits,
    Duration callTimeout,
    Duration permitWait) {

  @Override
  public String toString() {
    return "AccountSettings[account=" + account + ", limits=" + limits + "]";
  }
}
