package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.quota.QuotaLimits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this package needs to know. Immutable; its text form shows no secret.
 *
 * @param identity whose orders it is about: the API, and the configured account
 * @param authUrl base of the realm's OpenID Connect endpoints
 * @param clientId of its application; empty: no account is configured
 * @param clientSecret of its application
 * @param refreshToken first refresh token of {@code account}
 * @param secretKeys the first encrypts, all decrypt
 * @param limits what {@code account} may do until Tiny says otherwise; the length of the middle
 *     window is that of every account
 * @param callTimeout longest duration of one call
 * @param permitWait longest wait for a permit
 */
public record AccountSettings(
    StoreIdentity identity,
    URI authUrl,
    String clientId,
    String clientSecret,
    @Nullable String refreshToken,
    List<String> secretKeys,
    QuotaLimits limits,
    Duration callTimeout,
    Duration permitWait) {

  /** Name of the configured account. */
  String account() {
    return identity.account();
  }

  /** Null: no account is configured. */
  @Nullable Application application() {
    return clientId.isEmpty() ? null : new Application(clientId, clientSecret);
  }

  /** Whether the variables describe this account. */
  boolean describe(String name) {
    return !clientId.isEmpty() && account().equals(name);
  }

  @Override
  public String toString() {
    return "AccountSettings[account=" + account() + ", limits=" + limits + "]";
  }
}
