package dev.ordem.tiny;

import dev.ordem.runtime.Environment;
import dev.ordem.tiny.account.owner.StoreIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything about Tiny that can be set. Immutable; its text form shows no secret.
 *
 * @param identity whose orders it is about: the API, and the account that the credentials describe
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
    StoreIdentity identity,
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
  private static final String AUTH =
      "https://accounts.tiny.com.br/realms/tiny/protocol/openid-connect";
  private static final String API_PATH = "/public-api/v3";
  private static final String AUTH_PATH = "/protocol/openid-connect";
  private static final Pattern API_BEGUN = Pattern.compile("/public-api\\b");
  private static final Pattern AUTH_BEGUN =
      Pattern.compile("/realms/|/openid-connect\\b|/(token|auth|logout|userinfo|certs)$");
  private static final Pattern TINYS =
      Pattern.compile("(^|\\.)tiny\\.com\\.br$", Pattern.CASE_INSENSITIVE);
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final String ACCOUNT_RULE = "lower-case letters, digits and hyphens, at most 63";
  private static final Pattern COMMA = Pattern.compile(",");
  private static final String KEY_RULE =
      "a secret of 16 characters or more, such as the output of: openssl rand -base64 32 (several"
          + " keys, the newest first, are separated by commas)";
  private static final int MOST_PER_WINDOW = 1_000_000_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Copies the list. */
  public TinySettings {
    secretKeys = List.copyOf(secretKeys);
  }

  /** Reads {@code TINY_*} and {@code ORDEM_SECRET_KEY}; not to be used if anything was wrong. */
  public static TinySettings of(Environment environment) {
    return new TinySettings(
        identity(environment),
        address(environment, "TINY_API_URL", StoreIdentity.REAL_API, API_PATH, API_BEGUN),
        address(environment, "TINY_AUTH_URL", AUTH, AUTH_PATH, AUTH_BEGUN),
        application(environment, "TINY_CLIENT_ID", "TINY_CLIENT_SECRET", "the client id"),
        application(environment, "TINY_CLIENT_SECRET", "TINY_CLIENT_ID", "the client secret"),
        environment.text("TINY_REFRESH_TOKEN").orElse(null),
        secretKeys(environment),
        calls(environment, "TINY_REQUESTS_PER_SECOND", 4),
        calls(environment, "TINY_REQUESTS_PER_MINUTE", 30),
        environment.duration("TINY_QUOTA_WINDOW", MINUTE, SHORTEST, Duration.ofHours(1)),
        calls(environment, "TINY_REQUESTS_PER_HOUR", 0),
        environment.duration("TINY_CALL_TIMEOUT", Duration.ofSeconds(20), SHORTEST, LONGEST),
        environment.duration("TINY_PERMIT_WAIT", Duration.ofSeconds(1), SHORTEST, LONGEST));
  }

  /**
   * A server of anybody's may have paths of its own; but Tiny's are known, and so is how one goes
   * on that begins like them.
   *
   * @param path what is right
   * @param begun a part of what is right, or what is called below it
   */
  private static URI address(
      Environment environment, String name, String real, String path, Pattern begun) {
    URI given = environment.url(name, real).orElse(URI.create(real));
    String found = given.getPath();
    if ((TINYS.matcher(given.getHost()).find() || begun.matcher(found).find())
        && !found.endsWith(path)) {
      environment.problem(name + ": \"" + given + "\" does not end with " + path + ", as " + real);
    }
    return given;
  }

  private static StoreIdentity identity(Environment environment) {
    environment.parsed("TINY_ACCOUNT", ACCOUNT_RULE, TinySettings::account);
    return StoreIdentity.of(environment);
  }

  /** Both or none: without, accounts are those of {@code ordem connect}. */
  private static String application(
      Environment environment, String name, String other, String what) {
    boolean needed = environment.has(other) || environment.has("TINY_REFRESH_TOKEN");
    return needed
        ? environment.required(name, what + " of your application in Tiny")
        : environment.text(name, "");
  }

  /** 0: no such limit. */
  private static int calls(Environment environment, String name, int fallback) {
    return environment.integer(name, fallback, 0, MOST_PER_WINDOW);
  }

  private static String account(String text) {
    if (!ACCOUNT.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static List<String> secretKeys(Environment environment) {
    environment.required("ORDEM_SECRET_KEY", KEY_RULE);
    return environment
        .secret("ORDEM_SECRET_KEY", KEY_RULE, TinySettings::secretKeys)
        .orElse(List.of());
  }

  private static List<String> secretKeys(String text) {
    List<String> keys =
        COMMA.splitAsStream(text).map(String::strip).filter(key -> !key.isEmpty()).toList();
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.length() < 16)) {
      throw new IllegalArgumentException("too short");
    }
    return keys;
  }

  /** Name of the account that the credentials describe. */
  public String account() {
    return identity.account();
  }

  @Override
  public String toString() {
    return "TinySettings[account=%s, apiUrl=%s, authUrl=%s, clientId=%s, perSecond=%d, perWindow=%d, window=%s, perHour=%d, callTimeout=%s]"
        .formatted(
            account(),
            apiUrl,
            authUrl,
            clientId,
            perSecond,
            perWindow,
            window,
            perHour,
            callTimeout);
  }
}
