package dev.ordem.tiny;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything about Tiny that can be set. Immutable; its text form shows no secret.
 *
 * @param account name of the account that the credentials describe
 * @param apiUrl base of the API, without a slash at the end
 * @param authUrl base of the realm's OpenID Connect endpoints, without a slash at the end
 * @param clientId of its application; empty: the variables describe no account
 * @param clientSecret of its application
 * @param refreshToken first refresh token of {@code account}; null: to be connected in the browser
 * @param secretKeys keys that encrypt stored tokens: the first encrypts, all decrypt
 * @param perSecond calls a second; 0: no such window
 * @param perWindow calls in a {@code window} until the API says otherwise; 0: no such window
 * @param window length of the middle window
 * @param perHour calls an hour; 0: no such window
 * @param callTimeout longest duration of one whole call
 * @param permitWait longest wait for a permit before a call answers <em>later</em>
 */
public record TinySettings(
    String account,
    URI apiUrl,
    URI authUrl,
    String clientId,
    String clientSecret,
    @Nullable String refreshToken,
    List<String> secretKeys,
    int perSecond,
    int perWindow,
    Duration window,
    int perHour,
    Duration callTimeout,
    Duration permitWait) {

  /** Copies the list. */
  public TinySettings {
    secretKeys = List.copyOf(secretKeys);
  }

  /**
   * Reads {@code TINY_*} and {@code ORDEM_SECRET_KEY}.
   *
   * @param variables the value of a variable, or empty; {@code NAME_FILE} is already resolved
   * @param problems is told every bad variable, by name, with the remedy
   * @return the settings; not to be used if a problem was told
   */
  public static TinySettings from(
      Function<String, Optional<String>> variables, Consumer<String> problems) {
    return new SettingsReader(variables, problems).read();
  }

  @Override
  public String toString() {
    return "TinySettings[account=%s, apiUrl=%s, authUrl=%s, clientId=%s, perSecond=%d, perWindow=%d, window=%s, perHour=%d, callTimeout=%s]"
        .formatted(
            account, apiUrl, authUrl, clientId, perSecond, perWindow, window, perHour, callTimeout);
  }
}
