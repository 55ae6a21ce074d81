package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.TinyError.Cause;
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

class LadderTest {
  private static final Map<Integer, Class<? extends Verdict>> SPECIAL =
      Map.of(
          200, Verdict.Read.class,
          401, Verdict.Authorise.class,
          402, Verdict.Forbidden.class,
          403, Verdict.Forbidden.class,
          404, Verdict.Missing.class,
          408, Verdict.Now.class,
          409, Verdict.Now.class,
          425, Verdict.Now.class,
          429, Verdict.Throttled.class);

  @Test
  void everyStatusHasItsRung() {
    for (int status = 100; status < 1000; status++) {
      Verdict verdict = judge(answered(status, "{\"mensagem\":\"m\"}"));
      Class<? extends Verdict> expected =
          SPECIAL.getOrDefault(
              status,
              status >= 500
                  ? Verdict.Now.class
                  : status >= 400 ? Verdict.Never.class : Verdict.Later.class);
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
    Verdict verdict = judge(new Exchange.Lost(new ConnectException("refused"), false, false));
    assertThat(verdict).isInstanceOf(Verdict.Now.class);
    TinyError error = ((Verdict.Now) verdict).error();
    assertThat(error.cause()).isEqualTo(Cause.NOT_SENT);
    assertThat(error.message()).contains("GET ordem-servico/7", "refused", "TINY_API_URL");
    assertThat(verdict.isOutage()).isTrue();
  }

  @Test
  void aBadCertificateIsNotTriedAgainAtOnce() {
    Verdict verdict = judge(new Exchange.Lost(new SSLHandshakeException("PKIX"), false, false));
    assertThat(verdict).isInstanceOf(Verdict.Later.class);
  }

  @Test
  void aConnectionThatBrokeAfterSendingIsTriedAgainAtOnce() {
    Verdict verdict = judge(new Exchange.Lost(new SocketException("reset"), true, false));
    assertThat(verdict).isInstanceOf(Verdict.Now.class);
    assertThat(((Verdict.Now) verdict).error().cause()).isEqualTo(Cause.CONNECTION_LOST);
  }

  @Test
  void aTimeoutIsNotTriedAgainAtOnce() {
    for (boolean sent : new boolean[] {true, false}) {
      Verdict verdict = judge(new Exchange.Lost(new InterruptedIOException("timeout"), sent, true));
      assertThat(verdict).isInstanceOf(Verdict.Later.class);
      assertThat(((Verdict.Later) verdict).error().cause()).isEqualTo(Cause.TIMEOUT);
    }
  }

  @Test
  void aBodyThatBreaksOffIsJudgedByItsStatusFirst() {
    IOException cut = new IOException("unexpected end of stream");
    assertThat(judge(new Exchange.BrokenOff(200, Headers.of(), cut, false)))
        .isInstanceOf(Verdict.Now.class);
    assertThat(judge(new Exchange.BrokenOff(200, Headers.of(), cut, true)))
        .isInstanceOf(Verdict.Later.class);
    assertThat(judge(new Exchange.BrokenOff(429, Headers.of(), cut, false)))
        .isInstanceOf(Verdict.Throttled.class);
    assertThat(judge(new Exchange.BrokenOff(403, Headers.of(), cut, true)))
        .isInstanceOf(Verdict.Forbidden.class);
  }

  @Test
  void aBodyTooLargeIsRefusedForGoodUnlessTheStatusSaysMore() {
    assertThat(judge(new Exchange.Oversized(200, Headers.of(), 10)))
        .isInstanceOf(Verdict.Never.class);
    assertThat(judge(new Exchange.Oversized(503, Headers.of(), 10)))
        .isInstanceOf(Verdict.Now.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422, 500, 302})
  void anErrorQuotesTheBeginningOfTheBody(int status) {
    Verdict verdict = judge(answered(status, "x".repeat(10_000)));
    TinyError error =
        verdict instanceof Verdict.Never never
            ? never.error()
            : verdict instanceof Verdict.Now now ? now.error() : ((Verdict.Later) verdict).error();
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.excerpt()).hasSize(501).endsWith("…");
  }

  private static Verdict judge(Exchange exchange) {
    return Ladder.judge("GET ordem-servico/7", exchange);
  }

  private static Exchange answered(int status, String body) {
    return new Exchange.Answered(status, Headers.of(), body.getBytes(StandardCharsets.UTF_8));
  }
}
