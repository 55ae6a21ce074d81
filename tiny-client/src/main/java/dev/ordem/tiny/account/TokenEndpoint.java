package dev.ordem.tiny.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.owner.TokenClaims;
import dev.ordem.tiny.http.UsedOnce;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Keycloak's token endpoint. Asks once, never repeats, and never takes an outage for a verdict. */
final class TokenEndpoint {
  static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MOST_BYTES = 1 << 20;
  private static final long DEFAULT_LIFETIME = 300;

  /**
   * In seconds. What is said to be good for less is tried for longer: a 401 says when it is not.
   */
  private static final long SHORTEST_LIFETIME = 4;

  /**
   * As Tiny's last. What is said to be good for longer is renewed all the same, which is harmless.
   */
  static final Duration LONGEST_LIFETIME = Duration.ofHours(4);

  /**
   * In the place of an access token that no header can hold, beside a new refresh token: the one
   * before is dead, so this one is kept. A call is refused with 401, as with any token that does
   * not hold, and the next pair is asked for; it is asked for soon where no call is made.
   */
  private static final String UNUSABLE = "unusable";

  private static final Duration LIFETIME_OF_UNUSABLE = Duration.ofMinutes(1);

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,16000}");

  /** As the protocol has them; anything else is text, which may tell of somebody. */
  private static final Pattern WORD = Pattern.compile("[a-z_]{1,40}");

  private final AccountSettings settings;
  private final ObjectMapper json = new ObjectMapper();
  private final OkHttpClient client =
      new OkHttpClient.Builder()
          .retryOnConnectionFailure(false)
          .followRedirects(false)
          .followSslRedirects(false)
          .callTimeout(TIMEOUT)
          .addNetworkInterceptor(new UsedOnce())
          .addNetworkInterceptor(
              chain ->
                  chain.proceed(chain.request()).newBuilder().removeHeader("Retry-After").build())
          .build();

  TokenEndpoint(AccountSettings settings) {
    this.settings = settings;
  }

  TokenAnswer refresh(Application application, String refreshToken) {
    return ask(
        application,
        new FormBody.Builder()
            .add("grant_type", "refresh_token")
            .add("refresh_token", refreshToken),
        refreshToken);
  }

  TokenAnswer exchange(Authorisations.Begun begun, Application application, String code) {
    return ask(
        application,
        new FormBody.Builder()
            .add("grant_type", "authorization_code")
            .add("code", code)
            .add("code_verifier", begun.verifier())
            .add("redirect_uri", begun.redirectUri()),
        "");
  }

  /** The page on which a person authorises the application. */
  HttpUrl authorisationPage(String clientId, String state, String challenge, String redirectUri) {
    return HttpUrl.get(settings.authUrl() + "/auth")
        .newBuilder()
        .addQueryParameter("client_id", clientId)
        .addQueryParameter("redirect_uri", redirectUri)
        .addQueryParameter("scope", "openid")
        .addQueryParameter("response_type", "code")
        .addQueryParameter("state", state)
        .addQueryParameter("code_challenge", challenge)
        .addQueryParameter("code_challenge_method", "S256")
        .build();
  }

  private TokenAnswer ask(
      Application application, FormBody.Builder form, String currentRefreshToken) {
    form.add("client_id", application.clientId()).add("client_secret", application.clientSecret());
    Request request =
        new Request.Builder().url(settings.authUrl() + "/token").post(form.build()).build();
    try (Response response = client.newCall(request).execute()) {
      return judge(response, currentRefreshToken);
    } catch (IOException e) {
      return new TokenAnswer.Unclear(
          "no answer from %s/token: %s, see TINY_AUTH_URL".formatted(settings.authUrl(), named(e)),
          "");
    }
  }

  private TokenAnswer judge(Response response, String currentRefreshToken) {
    byte[] body;
    try {
      body = response.body().byteStream().readNBytes(MOST_BYTES);
    } catch (IOException e) {
      return new TokenAnswer.Unclear(
          "status %d, whose body broke off: %s".formatted(response.code(), named(e)), "");
    }
    return judge(response.code(), body, currentRefreshToken);
  }

  private TokenAnswer judge(int status, byte[] bytes, String currentRefreshToken) {
    JsonNode body;
    try {
      body = json.readTree(bytes);
    } catch (IOException e) {
      return new TokenAnswer.Unclear("status " + status + " without JSON", reason(e));
    }
    if (status == 200) {
      return pair(body, currentRefreshToken);
    }
    String error = body.path("error").asText("");
    String message =
        "status " + status + ", " + (WORD.matcher(error).matches() ? error : "no error named");
    String said = body.path("error_description").asText("");
    return switch (error) {
      case "invalid_grant" -> new TokenAnswer.Dead(message, said);
      case "unauthorized_client", "invalid_client" -> new TokenAnswer.WrongClient(message, said);
      default -> new TokenAnswer.Unclear(message, said);
    };
  }

  private static TokenAnswer pair(JsonNode body, String currentRefreshToken) {
    String access = body.path("access_token").asText("");
    String refresh = body.path("refresh_token").asText(currentRefreshToken);
    if (!TOKEN.matcher(refresh).matches()) {
      return new TokenAnswer.Unclear("status 200 without a usable refresh token", "");
    }
    Duration lifetime = Duration.ofSeconds(lifetime(body.path("expires_in")));
    if (!TOKEN.matcher(access).matches()) {
      if (currentRefreshToken.isEmpty() || refresh.equals(currentRefreshToken)) {
        return new TokenAnswer.Unclear("status 200 without a usable access token", "");
      }
      access = UNUSABLE;
      lifetime = LIFETIME_OF_UNUSABLE;
    }
    return new TokenAnswer.Pair(access, refresh, lifetime, TokenClaims.of(body));
  }

  private static long lifetime(JsonNode told) {
    boolean unknown = told.isIntegralNumber() && !told.canConvertToLong();
    long seconds = unknown ? DEFAULT_LIFETIME : told.asLong(DEFAULT_LIFETIME);
    return seconds < SHORTEST_LIFETIME
        ? DEFAULT_LIFETIME
        : Math.min(seconds, LONGEST_LIFETIME.toSeconds());
  }

  private static String reason(IOException e) {
    return e instanceof JsonProcessingException broken ? broken.getOriginalMessage() : named(e);
  }

  private static String named(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }

  void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
