package dev.ordem.tiny.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.http.TinyError.Cause;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureClassifierTest {
  private static final Map<Integer, Class<? extends RetryDecision>> SPECIAL =
      Map.of(
          200, RetryDecision.Read.class,
          401, RetryDecision.Authorise.class,
          402, RetryDecision.Forbidden.class,
          403, RetryDecision.Forbidden.class,
          404, RetryDecision.Missing.class,
          408, RetryDecision.Now.class,
          409, RetryDecision.Now.class,
          425, RetryDecision.Now.class,
          429, RetryDecision.Throttled.class);

  @Test
  void everyStatusHasItsRung() {
    for (int status = 100; status < 1000; status++) {
      RetryDecision verdict = judge(answered(status, "{\"mensagem\":\"m\"}"));
      Class<? extends RetryDecision> expected =
          SPECIAL.getOrDefault(
              status,
              status >= 500
                  ? RetryDecision.Now.class
                  : status >= 400 ? RetryDecision.Never.class : RetryDecision.Later.class);
      assertThat(verdict).as("status %d", status).isInstanceOf(expected);
    }
  }

  @Test
  void onlyAnOutageCountsForTheBreaker() {
    assertThat(Set.of(500, 502, 503, 504, 302, 204))
        .allMatch(status -> judge(answered(status, "")).isOutage());
    assertThat(Set.of(200, 400, 401, 403, 404, 409, 422, 429))
        .noneMatch(status -> judge(answered(status, "")).isOutage());
  }

  @Test
  void aConnectionThatWasNotMadeIsTriedAgainAtOnce() {
    RetryDecision verdict = judge(new Exchange.Lost(new ConnectException("refused"), false, false));
    assertThat(verdict).isInstanceOf(RetryDecision.Now.class);
    TinyError error = ((RetryDecision.Now) verdict).error();
    assertThat(error.cause()).isEqualTo(Cause.NOT_SENT);
    assertThat(error.message()).contains("GET ordem-servico/7", "refused", "TINY_API_URL");
    assertThat(verdict.isOutage()).isTrue();
  }

  @Test
  void aBadCertificateIsNotTriedAgainAtOnce() {
    RetryDecision verdict =
        judge(new Exchange.Lost(new SSLHandshakeException("PKIX"), false, false));
    assertThat(verdict).isInstanceOf(RetryDecision.Later.class);
  }

  @Test
  void aConnectionThatBrokeAfterSendingIsTriedAgainAtOnce() {
    RetryDecision verdict = judge(new Exchange.Lost(new SocketException("reset"), true, false));
    assertThat(verdict).isInstanceOf(RetryDecision.Now.class);
    assertThat(((RetryDecision.Now) verdict).error().cause()).isEqualTo(Cause.CONNECTION_LOST);
  }

  @Test
  void aTimeoutIsNotTriedAgainAtOnce() {
    for (boolean sent : new boolean[] {true, false}) {
      RetryDecision verdict =
          judge(new Exchange.Lost(new InterruptedIOException("timeout"), sent, true));
      assertThat(verdict).isInstanceOf(RetryDecision.Later.class);
      assertThat(((RetryDecision.Later) verdict).error().cause()).isEqualTo(Cause.TIMEOUT);
    }
  }

  @Test
  void aBodyThatBreaksOffIsJudgedByItsStatusFirst() {
    IOException cut = new IOException("unexpected end of stream");
    assertThat(judge(new Exchange.BrokenOff(200, Headers.of(), cut, false)))
        .isInstanceOf(RetryDecision.Now.class);
    assertThat(judge(new Exchange.BrokenOff(200, Headers.of(), cut, true)))
        .isInstanceOf(RetryDecision.Later.class);
    assertThat(judge(new Exchange.BrokenOff(429, Headers.of(), cut, false)))
        .isInstanceOf(RetryDecision.Throttled.class);
    assertThat(judge(new Exchange.BrokenOff(403, Headers.of(), cut, true)))
        .isInstanceOf(RetryDecision.Forbidden.class);
  }

  @Test
  void aBodyTooLargeIsRefusedForGoodUnlessTheStatusSaysMore() {
    assertThat(judge(new Exchange.Oversized(200, Headers.of(), 10)))
        .isInstanceOf(RetryDecision.Never.class);
    assertThat(judge(new Exchange.Oversized(503, Headers.of(), 10)))
        .isInstanceOf(RetryDecision.Now.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422, 500, 302})
  void anErrorQuotesTheBeginningOfTheBody(int status) {
    RetryDecision verdict = judge(answered(status, "x".repeat(10_000)));
    TinyError error =
        verdict instanceof RetryDecision.Never never
            ? never.error()
            : verdict instanceof RetryDecision.Now now
                ? now.error()
                : ((RetryDecision.Later) verdict).error();
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.excerpt()).hasSize(501).endsWith("…");
  }

  private static RetryDecision judge(Exchange exchange) {
    return FailureClassifier.judge("GET ordem-servico/7", exchange);
  }

  private static Exchange answered(int status, String body) {
    return new Exchange.Answered(status, Headers.of(), body.getBytes(StandardCharsets.UTF_8));
  }
}
