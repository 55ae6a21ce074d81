package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the token endpoint says is stored, whatever it is. */
class TokenAnswersTest {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
    tiny.answering(GOOD);
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  /** Nobody knows what it would have said: no verdict, but the status is told. */
  @Test
  void aRefusalWhoseBodyBreaksOffIsToldByItsStatus() throws Exception {
    tiny.tokenAnswers.add(
        Tiny.json(400, "{\"error\":\"invalid_grant\"" + " ".repeat(1 << 20) + "}")
            .newBuilder()
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());

    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.OUTAGE);

    assertThat(tiny.client.health("default").orElseThrow().problem())
        .contains("status 400, whose body broke off");
  }

  /**
   * Milliseconds, nanoseconds, nonsense: the old refresh token is dead, the new pair must not be;
   * nor must it be renewed at once, time after time.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "14400000",
        "9300000000000",
        "14400000000000000000",
        "1e30",
        "-1",
        "0",
        "0.5",
        "1",
        "true",
        "\"2\"",
        "3",
        "{}"
      })
  void aPairIsStoredHoweverLongItIsSaidToBeGood(String expiresIn) throws Exception {
    tiny.tokenAnswers.add(
        Tiny.json(
            200,
            "{\"access_token\":\"a\",\"refresh_token\":\"refresh-1\",\"expires_in\":"
                + expiresIn
                + "}"));

    tiny.detail();
    assertThat(tiny.client.health("default"))
        .get()
        .satisfies(
            health ->
                assertThat(health.tokenExpiresAt())
                    .isBetween(
                        Instant.now().plus(Duration.ofMinutes(4)),
                        Instant.now().plus(Duration.ofHours(5))));
    tiny.makeOlder("expires_at", "5 hours");
    tiny.makeOlder("renew_at", "5 hours");
    tiny.client.close();
    try (TinyClient other = tiny.another(tiny.database, keys(), "refresh-0")) {
      assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
  }

  /** The old refresh token is dead then, too. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\"access_token\":\"a\\r\\nb\",", "\"access_token\":\"a\u00e9b\","})
  void aNewRefreshTokenBesideAnAccessTokenThatNoHeaderHoldsIsKept(String access) throws Exception {
    tiny.tokenAnswers.add(
        Tiny.json(200, "{" + access + "\"refresh_token\":\"refresh-1\",\"expires_in\":300}"));
    tiny.answering(Tiny.json(401, ""), GOOD);

    await().until(() -> tiny.detail() instanceof Answer.Ok);

    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
  }

  /** What no column of text holds must not keep the account's state from being written. */
  @ParameterizedTest
  @CsvSource({
    "invalid_grant, AUTHORISATION",
    "unauthorized_client, APPLICATION",
    "temporarily_unavailable, OUTAGE"
  })
  void aRefusalIsStoredWhateverItSays(String error, WaitReason reason) throws Exception {
    String said = "no\\u0000t \\ud800 active " + "x".repeat(10_000);
    tiny.tokenAnswers.add(
        Tiny.json(400, "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(error, said)));

    assertThat(Tiny.reason(tiny.detail())).isEqualTo(reason);
    assertThat(tiny.client.health("default"))
        .get()
        .extracting(health -> health.problem() + health.facts().problemDetail())
        .asString()
        .contains("not ")
        .hasSizeLessThan(3_000);
    assertThat(Tiny.reason(tiny.detail())).isEqualTo(reason);
    assertThat(tiny.tokenCalls).hasValue(1);
  }

  private static List<String> keys() {
    return List.of(Tiny.KEY);
  }
}
