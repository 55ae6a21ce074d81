package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.http.BodyRoom;
import dev.ordem.tiny.http.Exchange;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As Tiny is spoken to in production: TLS, and many requests on one connection of HTTP/2. */
class Http2Test {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");
  private static final String TRUSTED = "javax.net.ssl.trustStore";
  private static final String PASSWORD = "javax.net.ssl.trustStorePassword";

  private final @Nullable String trusted = System.getProperty(TRUSTED);
  private final @Nullable String password = System.getProperty(PASSWORD);

  /** Codes of a stream's end, as RFC 9113 numbers them. */
  private static final int INTERNAL_ERROR = 2;

  private static final int REFUSED_STREAM = 7;

  private HandshakeCertificates server;
  private Tiny tiny;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    trust(certificate, directory.resolve("trusted.p12"));
    server = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    tiny = new Tiny(0, Duration.ofSeconds(2), server.sslSocketFactory());
  }

  @AfterEach
  void stop() {
    tiny.close();
    restore(TRUSTED, trusted);
    restore(PASSWORD, password);
  }

  @Test
  void callsAtTheSameTimeShareAConnection() throws Exception {
    tiny.answering(GOOD.newBuilder().headersDelay(200, TimeUnit.MILLISECONDS).build());
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    CompletableFuture<?>[] calls =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> assertThat(detail()).isInstanceOf(Answer.Ok.class)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(calls).join();
    assertThat(tiny.requests)
        .filteredOn(request -> !request.getTarget().endsWith("/token"))
        .hasSize(9)
        .allSatisfy(request -> assertThat(request.getVersion()).isEqualTo("HTTP/2"))
        .allSatisfy(request -> assertThat(request.getHandshake()).isNotNull())
        .extracting(request -> request.getConnectionIndex())
        .containsOnly(connection());
  }

  @Test
  void a429ClosesTheAccountUntilItsReset() throws Exception {
    tiny.answering(
        Tiny.json(429, "")
            .newBuilder()
            .addHeader("x-ratelimit-limit", "30")
            .addHeader("x-ratelimit-remaining", "0")
            .addHeader("x-ratelimit-reset", "40")
            .build());
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aRefusedTokenIsRenewedOnce() throws Exception {
    tiny.answering(Tiny.json(401, ""), GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.apiCalls).hasValue(2);
    assertThat(tiny.tokenCalls).hasValue(2);
  }

  @Test
  void aBodyThatIsCutIsSentAgainByUsAndNobodyElse() throws Exception {
    MockResponse cut =
        GOOD.newBuilder()
            .body(new Buffer().writeUtf8("x".repeat(1 << 20)))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build();
    tiny.answering(cut);
    assertThat(failed(detail()).cause())
        .isIn(TinyError.Cause.CONNECTION_LOST, TinyError.Cause.NOT_JSON);
    assertThat(tiny.apiCalls).hasValue(3);
    tiny.answering(cut, GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void a429WhoseStreamIsCutClosesTheAccountAllTheSame() throws Exception {
    tiny.answering(
        Tiny.json(429, "x".repeat(1 << 20))
            .newBuilder()
            .addHeader("x-ratelimit-limit", "30")
            .addHeader("x-ratelimit-remaining", "0")
            .addHeader("x-ratelimit-reset", "40")
            .onResponseBody(new SocketEffect.CloseStream(INTERNAL_ERROR))
            .build());
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void a429WhoseBodyStallsClosesTheAccountAllTheSame() throws Exception {
    tiny.answering(GOOD);
    assertThat(detail()).as("a token is there").isInstanceOf(Answer.Ok.class);
    tiny.answering(
        Tiny.json(429, "x".repeat(1 << 20))
            .newBuilder()
            .addHeader("x-ratelimit-limit", "30")
            .addHeader("x-ratelimit-remaining", "0")
            .addHeader("x-ratelimit-reset", "40")
            .throttleBody(1, 30, TimeUnit.SECONDS)
            .build());
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(tiny.apiCalls).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {REFUSED_STREAM, INTERNAL_ERROR})
  void aStreamThatIsEndedIsSentAgainByUsAloneAndEachTryTakesOnePermit(int code) throws Exception {
    try (Tiny few = new Tiny(5, Duration.ofSeconds(2), server.sslSocketFactory())) {
      few.answering(GOOD);
      assertThat(detail(few)).isInstanceOf(Answer.Ok.class);
      few.answering(GOOD.newBuilder().onRequestStart(new SocketEffect.CloseStream(code)).build());
      assertThat(failed(detail(few)).cause()).isEqualTo(TinyError.Cause.CONNECTION_LOST);
      few.answering(GOOD);
      assertThat(detail(few)).isInstanceOf(Answer.Ok.class);
      assertThat(later(detail(few)).reason())
          .as("after one, three and one")
          .isEqualTo(WaitReason.QUOTA);
      assertThat(few.apiCalls).hasValue(5);
    }
  }

  @Test
  void aGoodbyeWhileAnotherIsUnderWayCostsNoCallAndTheNextHasAnotherConnection() throws Exception {
    try (Tiny few = new Tiny(3, Duration.ofSeconds(5), server.sslSocketFactory())) {
      few.answering(
          GOOD.newBuilder().headersDelay(1, TimeUnit.SECONDS).build(),
          GOOD.newBuilder().onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE).build(),
          GOOD);
      CompletableFuture<Answer<OrderDetail>> slow =
          CompletableFuture.supplyAsync(() -> detail(few));
      await().until(() -> few.apiCalls.get() == 1);
      assertThat(detail(few)).isInstanceOf(Answer.Ok.class);
      assertThat(slow.join()).isInstanceOf(Answer.Ok.class);
      assertThat(detail(few)).isInstanceOf(Answer.Ok.class);
      assertThat(few.apiCalls).hasValue(3);
      assertThat(later(detail(few)).reason()).isEqualTo(WaitReason.QUOTA);
    }
  }

  @Test
  void aStreamThatStallsEndsWithTheTimeoutAndHoldsUpNoOther() throws Exception {
    tiny.answering(GOOD.newBuilder().headersDelay(10, TimeUnit.SECONDS).build(), GOOD);
    CompletableFuture<Answer<OrderDetail>> stalled = CompletableFuture.supplyAsync(this::detail);
    await().until(() -> tiny.apiCalls.get() == 1);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    assertThat(failed(stalled.join()).cause()).isEqualTo(TinyError.Cause.TIMEOUT);
  }

  @Test
  void aCertificateThatNobodyTrustsIsSaid(@TempDir Path directory) throws Exception {
    trust(new HeldCertificate.Builder().build(), directory.resolve("other.p12"));
    try (TinyClient other = tiny.another(tiny.database, java.util.List.of(Tiny.KEY), null)) {
      tiny.answering(GOOD);
      assertThat(detail()).isInstanceOf(Answer.Ok.class);
      Answer<OrderDetail> answer = other.detail("default", 7, Priority.DETAIL);
      assertThat(failed(answer).cause()).isEqualTo(TinyError.Cause.NOT_SENT);
      assertThat(failed(answer).message()).contains("SSL", "TINY_API_URL");
    }
  }

  @Test
  void aConnectionThatFellSilentIsGivenUpBeforeTheTimeoutAndTheNextCallHasAnother()
      throws Exception {
    tiny.answering(GOOD);
    try (SilentRoad road = new SilentRoad(tiny.server.getPort());
        Http http =
            new Http(
                URI.create("https://localhost:" + road.port() + "/public-api/v3"),
                Duration.ofSeconds(30))) {
      assertThat(send(http)).isInstanceOf(Exchange.Answered.class);
      road.fallSilent();
      assertThat(send(http))
          .isInstanceOfSatisfying(
              Exchange.Lost.class, lost -> assertThat(lost.timedOut()).isFalse());
      assertThat(send(http)).isInstanceOf(Exchange.Answered.class);
    }
  }

  private static Exchange send(Http http) throws InterruptedException {
    try (BodyRoom room = http.room()) {
      return http.send((api, tag) -> api.detail("Bearer any", 7, tag), () -> true, room);
    }
  }

  private int connection() {
    return tiny.requests.stream()
        .filter(request -> !request.getTarget().endsWith("/token"))
        .mapToInt(request -> request.getConnectionIndex())
        .max()
        .orElseThrow();
  }

  private Answer<OrderDetail> detail() {
    return detail(tiny);
  }

  private static Answer<OrderDetail> detail(Tiny tiny) {
    try {
      return tiny.client.detail("default", 7, Priority.DETAIL);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static TinyError failed(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return ((Answer.Failed<?>) answer).error();
  }

  private static Answer.Later<?> later(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Later.class);
    return (Answer.Later<?>) answer;
  }

  /** For what is made from here on, as a process with such a trust store. */
  private static void trust(HeldCertificate certificate, Path file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("tiny", certificate.certificate());
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty(TRUSTED, file.toString());
    System.setProperty(PASSWORD, "changeit");
  }

  private static void restore(String name, @Nullable String value) {
    if (value == null) {
      System.clearProperty(name);
    } else {
      System.setProperty(name, value);
    }
  }
}
