package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.simulator.SimulatorSettings.TokenLife;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OAuthTest {
  private static final String CALLBACK = "http://127.0.0.1:9/oauth/callback?from=ordem";
  // The example of RFC 7636, appendix B.
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private final SettableClock clock = new SettableClock("2026-03-02T12:00:00Z");
  private TinySimulator tiny;
  private Caller caller;

  @BeforeEach
  void start() {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(5), clock).start();
    caller = new Caller(tiny);
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aRefreshAnswersAPairWithTheRealLives() throws Exception {
    JsonNode tokens = tokens(refresh("demo"));
    assertThat(tokens.path("expires_in").asInt()).isEqualTo(14_400);
    assertThat(tokens.path("refresh_expires_in").asInt()).isEqualTo(86_400);
    assertThat(tokens.path("token_type").asText()).isEqualTo("Bearer");
    assertThat(works(tokens)).isTrue();
  }

  @Test
  void theRefreshTokenRotatesAndTheOldOneIsDeadAtOnceAndItsReuseCounted() throws Exception {
    JsonNode first = tokens(refresh("demo"));
    JsonNode second = tokens(refresh(text(first, "refresh_token")));
    assertThat(text(second, "refresh_token")).isNotEqualTo(text(first, "refresh_token"));
    assertRefused(refresh(text(first, "refresh_token")), 400, "invalid_grant");
    assertRefused(refresh("demo"), 400, "invalid_grant");
    assertThat(tiny.account().refreshTokensReused()).isEqualTo(2);
    assertThat(tiny.account().refreshes()).isEqualTo(2);
    assertThat(tokens(refresh(text(second, "refresh_token")))).isNotEmpty();
  }

  @Test
  void anUnknownRefreshTokenIsRefusedAndNotCountedAsReuse() throws Exception {
    assertRefused(refresh("never-issued"), 400, "invalid_grant");
    assertThat(tiny.account().refreshTokensReused()).isZero();
  }

  @Test
  void anAccessTokenIsGoodForFourHoursAndARefreshTokenForADayFromItsIssue() throws Exception {
    JsonNode tokens = tokens(refresh("demo"));
    clock.go(Duration.ofHours(4).minusMillis(1));
    assertThat(works(tokens)).isTrue();
    clock.go(Duration.ofMillis(1));
    assertThat(works(tokens)).isFalse();
    clock.go(Duration.ofHours(19));
    JsonNode slid = tokens(refresh(text(tokens, "refresh_token")));
    clock.go(Duration.ofHours(23));
    JsonNode again = tokens(refresh(text(slid, "refresh_token")));
    clock.go(Duration.ofHours(24));
    assertRefused(refresh(text(again, "refresh_token")), 400, "invalid_grant");
    assertThat(tiny.account().refreshTokensReused()).isZero();
  }

  @Test
  void tokensLiveAsLongAsTheSettingsSay() throws Exception {
    TokenLife life = new TokenLife(Duration.ofMillis(1500), Duration.ofSeconds(4));
    tiny.close();
    tiny = new TinySimulator(SimulatorSettings.inProcess().withTokens(life), clock).start();
    caller = new Caller(tiny);
    JsonNode tokens = tokens(refresh("demo"));
    assertThat(tokens.path("expires_in").asInt()).isEqualTo(1);
    clock.go(Duration.ofMillis(1499));
    assertThat(works(tokens)).isTrue();
    clock.go(Duration.ofMillis(1));
    assertThat(works(tokens)).isFalse();
  }

  @Test
  void aBadClientIs401() throws Exception {
    for (String[] client : new String[][] {{"demo", "wrong"}, {"nobody", "demo"}, {"", ""}}) {
      Map<String, String> form = new HashMap<>();
      form.put("grant_type", "refresh_token");
      form.put("refresh_token", "demo");
      form.put("client_id", client[0]);
      form.put("client_secret", client[1]);
      assertRefused(caller.token(form), 401, "unauthorized_client");
    }
    assertThat(tokens(refresh("demo"))).isNotEmpty();
  }

  @Test
  void anUnknownGrantIsRefused() throws Exception {
    Map<String, String> form = client();
    form.put("grant_type", "password");
    assertRefused(caller.token(form), 400, "unsupported_grant_type");
  }

  @Test
  void aPersonLogsInOnAPageAndTheApplicationGetsACodeForTokens() throws Exception {
    String code = logIn(Map.of());
    JsonNode tokens = tokens(exchange(code, CALLBACK, VERIFIER));
    assertThat(works(tokens)).isTrue();
    assertThat(tokens(refresh(text(tokens, "refresh_token")))).isNotEmpty();
  }

  @Test
  void aCodeIsGoodOnceAndForAMinute() throws Exception {
    String code = logIn(Map.of());
    tokens(exchange(code, CALLBACK, VERIFIER));
    assertRefused(exchange(code, CALLBACK, VERIFIER), 400, "invalid_grant");
    String late = logIn(Map.of());
    clock.go(Duration.ofSeconds(61));
    assertRefused(exchange(late, CALLBACK, VERIFIER), 400, "invalid_grant");
  }

  @Test
  void aCodeNeedsTheVerifierAndTheRedirectItWasAskedWith() throws Exception {
    assertRefused(exchange(logIn(Map.of()), CALLBACK, "guess"), 400, "invalid_grant");
    assertRefused(exchange(logIn(Map.of()), CALLBACK, ""), 400, "invalid_grant");
    assertRefused(exchange(logIn(Map.of()), "http://other/", VERIFIER), 400, "invalid_grant");
  }

  @Test
  void aWrongPasswordShowsThePageAgainAndARefusalGoesBackWithAnError() throws Exception {
    HttpResponse<String> again = submit(page(Map.of()), Map.of("password", "wrong"));
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).contains("inválidos", "<form");
    HttpResponse<String> denied = submit(page(Map.of()), Map.of("deny", "1"));
    assertThat(denied.headers().firstValue("Location").orElseThrow())
        .startsWith(CALLBACK + "&error=access_denied&state=");
  }

  @Test
  void aRequestThatIsNotWholeIsRedirectedNowhere() throws Exception {
    for (Map<String, String> wrong :
        List.of(
            Map.of("client_id", "nobody"),
            Map.of("redirect_uri", "javascript:alert(1)"),
            Map.of("response_type", "token"),
            Map.of("code_challenge_method", "plain"))) {
      assertThat(page(wrong).statusCode()).as(wrong.toString()).isEqualTo(400);
    }
  }

  @Test
  void thePageShowsNothingThatACallerCouldHaveWrittenAsMarkup() throws Exception {
    HttpResponse<String> page = page(Map.of("state", "\"><script>alert(1)</script>"));
    assertThat(page.body()).doesNotContain("<script>").contains("&lt;script&gt;");
  }

  @Test
  void revokingEndsAllSessions() throws Exception {
    JsonNode tokens = tokens(refresh("demo"));
    tiny.account().revokeTokens();
    assertThat(works(tokens)).isFalse();
    assertRefused(refresh(text(tokens, "refresh_token")), 400, "invalid_grant");
    assertThat(tiny.account().refreshTokensReused()).isZero();
    JsonNode anew = tokens(exchange(logIn(Map.of()), CALLBACK, VERIFIER));
    assertThat(works(anew)).isTrue();
  }

  @Test
  void expiringEndsAccessTokensOnly() throws Exception {
    JsonNode tokens = tokens(refresh("demo"));
    tiny.account().expireAccessTokens();
    assertThat(works(tokens)).isFalse();
    assertThat(works(tokens(refresh(text(tokens, "refresh_token"))))).isTrue();
  }

  @Test
  void aTokenAnswerCutInTheMiddleHasKilledTheOldRefreshToken() throws Exception {
    tiny.account().failNext(Fault.dropMidBody().on(Endpoint.TOKEN), 1);
    assertThat(catchIo(() -> refresh("demo"))).isTrue();
    assertRefused(refresh("demo"), 400, "invalid_grant");
  }

  @Test
  void aTokenCallCutBeforeItsAnswerHasNot() throws Exception {
    tiny.account().failNext(Fault.dropConnection().on(Endpoint.TOKEN), 1);
    assertThat(catchIo(() -> refresh("demo"))).isTrue();
    assertThat(tokens(refresh("demo"))).isNotEmpty();
  }

  @Test
  void aRestartedSimulatorOfTheSameSeedTakesTheTokensOfTheOneBefore() throws Exception {
    JsonNode tokens = tokens(refresh("demo"));
    tiny.close();
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(5), clock).start();
    caller = new Caller(tiny);
    JsonNode next = tokens(refresh(text(tokens, "refresh_token")));
    assertThat(works(next)).isTrue();
    assertRefused(refresh(text(tokens, "refresh_token")), 400, "invalid_grant");
  }

  private interface Call {
    Object run() throws Exception;
  }

  private static boolean catchIo(Call call) throws Exception {
    try {
      call.run();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private HttpResponse<String> refresh(String token) throws Exception {
    Map<String, String> form = client();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", token);
    return caller.token(form);
  }

  private HttpResponse<String> exchange(String code, String redirect, String verifier)
      throws Exception {
    Map<String, String> form = client();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect);
    form.put("code_verifier", verifier);
    return caller.token(form);
  }

  private static Map<String, String> client() {
    Map<String, String> form = new HashMap<>();
    form.put("client_id", "demo");
    form.put("client_secret", "demo");
    return form;
  }

  /** What a browser does: read the page, send its form, follow the redirect. */
  private String logIn(Map<String, String> changed) throws Exception {
    HttpResponse<String> answer = submit(page(changed), Map.of());
    assertThat(answer.statusCode()).isEqualTo(302);
    String location = answer.headers().firstValue("Location").orElseThrow();
    assertThat(location).startsWith(CALLBACK + "&code=").endsWith("&state=xyz+%26");
    return location.replaceAll(".*&code=([^&]+)&.*", "$1");
  }

  private HttpResponse<String> page(Map<String, String> changed) throws Exception {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", "demo");
    query.put("redirect_uri", CALLBACK);
    query.put("response_type", "code");
    query.put("scope", "openid");
    query.put("state", "xyz &");
    query.put("code_challenge", CHALLENGE);
    query.put("code_challenge_method", "S256");
    query.putAll(changed);
    StringBuilder address = new StringBuilder(tiny.authUrl() + "/auth?");
    query.forEach((name, value) -> address.append(name + "=" + Caller.encoded(value) + "&"));
    return Caller.send(HttpRequest.newBuilder(URI.create(address.toString())).GET());
  }

  private HttpResponse<String> submit(HttpResponse<String> page, Map<String, String> typed)
      throws Exception {
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("method=post", "action=\"" + tiny.authUrl().getPath() + "/auth");
    Map<String, String> form = new LinkedHashMap<>();
    Matcher hidden =
        Pattern.compile("name=\"?(\\w+)\"?[^>]* value=\"([^\"]*)\"").matcher(page.body());
    while (hidden.find()) {
      form.put(hidden.group(1), hidden.group(2).replace("&amp;", "&"));
    }
    assertThat(form).containsEntry("username", "demo").containsEntry("password", "demo");
    form.putAll(typed);
    return caller.form("/auth", form);
  }

  private boolean works(JsonNode tokens) throws Exception {
    caller.use(text(tokens, "access_token"));
    return caller.get("/ordem-servico").statusCode() == 200;
  }

  private static JsonNode tokens(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Caller.json(response);
  }

  private static void assertRefused(HttpResponse<String> response, int status, String error)
      throws Exception {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Caller.json(response).path("error").asText()).isEqualTo(error);
    assertThat(Caller.json(response).path("error_description").asText()).isNotEmpty();
  }

  private static String text(JsonNode tokens, String name) {
    return tokens.path(name).asText();
  }
}
