package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.http.TinyError.Cause;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.order.StorableJson;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of no answer more is read than the bound, and its status counts however its body ends. */
class BodyBoundTest {
  private static final int BOUND = 8 << 20;

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aDetailIsReadUpToTheBoundAndRefusedBeyondIt(int more) throws Exception {
    String order = "{\"id\":7,\"situacao\":\"3\"}";
    tiny.answering(Tiny.json(200, order + " ".repeat(BOUND + more - order.length())));

    Answer<OrderDetail> answer = detail();

    if (more <= 0) {
      assertThat(answer).isInstanceOf(Answer.Ok.class);
    } else {
      assertThat(((Answer.Rejected<OrderDetail>) answer).error().cause())
          .isEqualTo(Cause.TOO_LARGE);
      assertThat(((Answer.Rejected<OrderDetail>) answer).error().message())
          .contains("ordem-servico/7");
    }
  }

  /** Of the JSON itself, whatever its form. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aDetailIsKeptUpToTheBoundAndRefusedByNameBeyondIt(int more) throws Exception {
    String begin = "{\"id\":7,\"situacao\":\"3\",\"obs\":\"";
    String escaped = "\\u0041".repeat(StorableJson.KEPT + more - begin.length() - 2 - 3_000_000);
    tiny.answering(Tiny.json(200, begin + escaped + "x".repeat(3_000_000) + "\"}"));

    Answer<OrderDetail> answer = detail();

    if (more <= 0) {
      assertThat(answer).isInstanceOf(Answer.Ok.class);
    } else {
      assertThat(((Answer.Rejected<OrderDetail>) answer).error().cause())
          .isEqualTo(Cause.TOO_LARGE);
      assertThat(((Answer.Rejected<OrderDetail>) answer).error().message())
          .contains("ordem-servico/7")
          .contains(StorableJson.KEPT + 1 + " bytes of JSON");
    }
  }

  /** Eight megabytes of it would be a quarter of a gigabyte of memory. */
  @Test
  void aDetailOfEndlessEmptyObjectsIsRefusedForItself() throws Exception {
    tiny.answering(Tiny.json(200, "{\"id\":7,\"x\":[" + "{},".repeat(60_000) + "{}]}"));

    Answer<OrderDetail> answer = detail();

    assertThat(((Answer.Rejected<OrderDetail>) answer).error().cause()).isEqualTo(Cause.TOO_LARGE);
    assertThat(((Answer.Rejected<OrderDetail>) answer).error().message())
        .contains("ordem-servico/7")
        .contains("50000 values");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aPageOfMoreItemsThanAnyoneAsksForIsNone(int more) throws Exception {
    tiny.answering(Tiny.json(200, "{\"itens\":[" + "{},".repeat(999 + more) + "{}]}"));

    Answer<HeaderPage> answer =
        tiny.client.headers(
            "default",
            new HeaderQuery(null, null, null, HeaderQuery.Order.DESC, 100, 0, Priority.BACKLOG));

    if (more == 0) {
      assertThat(((Answer.Ok<HeaderPage>) answer).value().unreadable()).hasSize(1_000);
    } else {
      assertThat(((Answer.Rejected<HeaderPage>) answer).error().message())
          .contains("has 1001 items, where 100 were asked for");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStatusCountsWhateverBecomesOfItsBody(boolean brokenOff) throws Exception {
    assertThat(answer(404, brokenOff)).isInstanceOf(Answer.NotFound.class);
    assertThat(answer(422, brokenOff)).isInstanceOf(Answer.Rejected.class);
    int before = tiny.apiCalls.get();
    assertThat(answer(407, brokenOff)).isInstanceOf(Answer.Rejected.class);
    assertThat(tiny.apiCalls).as("a status as any other, no lost connection").hasValue(before + 1);
    assertThat(answer(500, brokenOff)).isInstanceOf(Answer.Failed.class);
    Answer<OrderDetail> throttled = answer(429, brokenOff);
    assertThat(throttled).isInstanceOf(Answer.Later.class);
    assertThat(((Answer.Later<OrderDetail>) throttled).reason()).isEqualTo(WaitReason.QUOTA);
  }

  /** The body stands still, or comes in drops: the call's time would be over before it is there. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 429, 500})
  void aStatusCountsThoughItsBodyNeverComes(int status) throws Exception {
    assertStatusCounts(tiny, status, Duration.ZERO);
  }

  /** The call's time ends before that of an error's body, and only after the status has come. */
  @ParameterizedTest
  @ValueSource(ints = {404, 429})
  void aStatusCountsThoughTheCallsTimeEndsWithinItsBody(int status) throws Exception {
    try (Tiny patient = new Tiny(0, Duration.ofMillis(6_500))) {
      assertStatusCounts(patient, status, Duration.ofSeconds(5));
    }
  }

  private static void assertStatusCounts(Tiny tiny, int status, Duration headersDelay)
      throws Exception {
    tiny.answering(
        response(status, false, status == 429 ? 0 : 50, 50)
            .headersDelay(headersDelay.toMillis(), TimeUnit.MILLISECONDS)
            .throttleBody(1, 500, TimeUnit.MILLISECONDS)
            .build());
    tiny.shortestList = Tiny.json(200, "{\"itens\":[]}");

    Answer<OrderDetail> answer = detail(tiny);

    switch (status) {
      case 401, 403 ->
          assertThat(((Answer.Failed<OrderDetail>) answer).error().status()).isEqualTo(status);
      case 404 -> assertThat(answer).isInstanceOf(Answer.NotFound.class);
      case 429 -> {
        assertThat(Tiny.reason(answer)).isEqualTo(WaitReason.QUOTA);
        assertThat(Tiny.reason(detail(tiny))).isEqualTo(WaitReason.QUOTA);
        assertThat(tiny.apiCalls).as("nothing is sent before the reset").hasValue(1);
      }
      default ->
          assertThat(((Answer.Failed<OrderDetail>) answer).error().cause()).isEqualTo(Cause.SERVER);
    }
  }

  /** Of what an error says the beginning is shown, as far as it came in a moment. */
  @Test
  void whatAnErrorSaidBeforeItStoodStillIsShownAndTheCallEndsInAMoment() throws Exception {
    try (Tiny patient = new Tiny(0, Duration.ofSeconds(20))) {
      patient.answering(
          Tiny.json(422, "{\"mensagem\":\"nao\"" + " ".repeat(4_000) + "}")
              .newBuilder()
              .throttleBody(1_000, 30, TimeUnit.SECONDS)
              .build());
      long begun = System.nanoTime();

      Answer<OrderDetail> answer = patient.client.detail("default", 7, Priority.DETAIL);

      assertThat(((Answer.Rejected<OrderDetail>) answer).error().message()).contains("422", "nao");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }

  /** Of an endless body the beginning is read, and the call ends with it. */
  @Test
  void ofAnErrorTheBeginningIsEnough() throws Exception {
    tiny.answering(
        Tiny.json(404, "x".repeat(4 << 20))
            .newBuilder()
            .throttleBody(128 << 10, 10, TimeUnit.SECONDS)
            .build());

    assertThat(detail()).isInstanceOf(Answer.NotFound.class);
  }

  /** Seven seconds are what the header says; without it, the account opens with the next minute. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClosureIsAsLongAsTheHeadersOfTheBrokenAnswerSay(boolean brokenOff) throws Exception {
    Instant begun = Instant.now();
    tiny.answering(response(429, brokenOff, 0, 7).build());
    detail();
    Answer<OrderDetail> next = detail();

    assertThat(((Answer.Later<OrderDetail>) next).until())
        .isBetween(begun.plusSeconds(7), Instant.now().plusSeconds(9));
  }

  /** The first that says that nothing is left is asked whether it is so; then it is believed. */
  @Test
  void theQuotasHeadersOfAGoodAnswerCountWhereItsBodyBreaksOff() throws Exception {
    try (Tiny watched = new Tiny(60, Duration.ofSeconds(2))) {
      watched.answering(response(200, true, 0, 50).build());

      Answer<OrderDetail> answer = watched.client.detail("default", 7, Priority.DETAIL);

      assertThat(((Answer.Later<OrderDetail>) answer).reason()).isEqualTo(WaitReason.QUOTA);
      assertThat(watched.apiCalls).hasValue(2);
    }
  }

  /**
   * Its time is over between two reads as often as within one: then nothing closes the connection,
   * and what comes on would be read to its end before the answer is told.
   */
  @RepeatedTest(8)
  @Timeout(30)
  void anErrorsBodyThatComesInDropsWithoutEndIsNotReadToItsEnd() throws Exception {
    try (Tiny patient = new Tiny(0, Duration.ofSeconds(20))) {
      patient.answering(
          response(404, false, 50, 50).throttleBody(1, 1, TimeUnit.MILLISECONDS).build());

      assertThat(patient.detail()).isInstanceOf(Answer.NotFound.class);
    }
  }

  /** The quota's headers are those of the answer, too: the account is closed until its reset. */
  @Test
  void theQuotasHeadersCountWhereTheBodyBreaksOff() throws Exception {
    int before = tiny.apiCalls.get();
    assertThat(answer(429, true)).isInstanceOf(Answer.Later.class);
    assertThat(detail()).isInstanceOf(Answer.Later.class);
    assertThat(tiny.apiCalls).as("nothing is sent before the reset").hasValue(before + 1);
  }

  private Answer<OrderDetail> answer(int status, boolean brokenOff) throws Exception {
    tiny.answering(response(status, brokenOff, status == 429 ? 0 : 50, 50).build());
    return detail();
  }

  private static MockResponse.Builder response(
      int status, boolean brokenOff, int remaining, int reset) {
    MockResponse.Builder response =
        new MockResponse.Builder()
            .code(status)
            .addHeader("X-RateLimit-Limit", "60")
            .addHeader("X-RateLimit-Remaining", Integer.toString(remaining))
            .addHeader("X-RateLimit-Reset", Integer.toString(reset));
    Buffer body = new Buffer();
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < (brokenOff ? 1 : 20); i++) {
      body.write(part);
    }
    response.body(body);
    if (brokenOff) {
      response.onResponseBody(new SocketEffect.CloseSocket());
    }
    return response;
  }

  private Answer<OrderDetail> detail() throws InterruptedException {
    return detail(tiny);
  }

  private static Answer<OrderDetail> detail(Tiny tiny) throws InterruptedException {
    return tiny.client.detail("default", 7, Priority.DETAIL);
  }
}
