package dev.ordem.tiny.account.application;

import org.jspecify.annotations.Nullable;

/**
 * What Ordem is at Tiny for one account: an application, which is made inside of that account.
 * Immutable; its text form shows no secret.
 *
 * @param clientId as Tiny shows it
 * @param clientSecret as Tiny shows it
 */
public record Application(String clientId, String clientSecret) {

  /** Null where either is missing. */
  public static @Nullable Application of(@Nullable String clientId, @Nullable String clientSecret) {
    return clientId == null || clientSecret == null
        ? null
        : new Application(clientId, clientSecret);
  }

  @Override
  public String toString() {
    return "Application[clientId=" + clientId + "]";
  }
}
