package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.http.TinyError.Cause;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failing server leads to, and how many requests reach it: never one more than decided. */
class FailureTest {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aServerErrorIsTriedThreeTimesAndThenFailed() throws Exception {
    tiny.answering(Tiny.json(503, "{\"mensagem\":\"manutenção\"}"));

    TinyError error = failed(detail());

    assertThat(error.cause()).isEqualTo(Cause.SERVER);
    assertThat(error.status()).isEqualTo(503);
    assertThat(error.message()).contains("GET ordem-servico/7", "manutenção");
    assertThat(tiny.apiCalls).hasValue(3);
  }

  @Test
  void aServerErrorThatPassesIsNotSeen() throws Exception {
    tiny.answering(Tiny.json(500, ""), GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.apiCalls).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 408})
  void okHttpDoesNotRepeatWhatSaysThatItMay(int status) throws Exception {
    tiny.answering(Tiny.json(status, "").newBuilder().addHeader("Retry-After", "0").build());
    failed(detail());
    assertThat(tiny.apiCalls).hasValue(3);
  }

  @Test
  void aBadRequestIsRefusedWithItsReasonAtOnce() throws Exception {
    tiny.answering(Tiny.json(400, "{\"mensagem\":\"limit\",\"detalhes\":[{\"campo\":\"limit\"}]}"));
    assertThat(rejected(detail()).message()).contains("detalhes");
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    tiny.answering(
        Tiny.json(302, "").newBuilder().addHeader("Location", "/public-api/v3/elsewhere").build());
    assertThat(failed(detail()).cause()).isEqualTo(Cause.UNEXPECTED_STATUS);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aDroppedConnectionIsSentAgainByUsAndNobodyElse() throws Exception {
    tiny.answering(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(failed(detail()).cause()).isEqualTo(Cause.CONNECTION_LOST);
    assertThat(tiny.apiCalls).hasValue(3);
  }

  @Test
  void oneThatWorkedBeforeIsNotMadeAgainByOkHttpEither() throws Exception {
    tiny.answering(GOOD);
    detail();
    tiny.answering(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    failed(detail());
    assertThat(tiny.apiCalls).as("one, then three").hasValue(4);
  }

  @Test
  void aServerThatIsAwayIsNotSent() throws Exception {
    tiny.answering(GOOD);
    detail();
    tiny.server.close();
    assertThat(failed(detail()).cause()).isIn(Cause.NOT_SENT, Cause.CONNECTION_LOST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html><body>Estamos em manutenção</body></html>", "", "{\"id\":7,", "{} {}"})
  void whatIsNoJsonIsTriedAgainAndThenFailed(String body) throws Exception {
    tiny.answering(Tiny.json(200, body));
    TinyError error = failed(detail());
    assertThat(error.cause()).isEqualTo(Cause.NOT_JSON);
    assertThat(tiny.apiCalls).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "{\"id\":8,\"situacao\":\"1\"}",
        "{\"id\":\"sete\",\"situacao\":\"1\"}"
      })
  void aDetailWithoutItsIdIsRefusedByName(String body) throws Exception {
    tiny.answering(Tiny.json(200, body));
    TinyError error = rejected(detail());
    assertThat(error.cause()).isEqualTo(Cause.UNREADABLE);
    assertThat(error.message()).contains("order 7");
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void anErrorWithStatus200IsTriedAgain() throws Exception {
    MockResponse error = Tiny.json(200, "{\"mensagem\":\"Ocorreu um erro\",\"detalhes\":[]}");
    tiny.answering(error, GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);

    tiny.answering(error);
    TinyError last = failed(detail());
    assertThat(last.cause()).isEqualTo(Cause.SERVER);
    assertThat(last.message()).contains("status 200", "Ocorreu um erro");
    assertThat(failed(tiny.client.headers("default", Tiny.query())).cause())
        .isEqualTo(Cause.SERVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"itens\":null}", "{\"itens\":{}}", "\"x\""})
  void aListWithoutItemsIsNoEmptyPage(String body) throws Exception {
    tiny.answering(Tiny.json(200, body));
    assertThat(rejected(tiny.client.headers("default", Tiny.query())).message())
        .contains("no array \"itens\"");
  }

  @Test
  void aBodyOf50MegabytesIsRefusedWithoutBeingRead() throws Exception {
    Buffer huge = new Buffer();
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < 50; i++) {
      huge.write(part);
    }
    tiny.answering(new MockResponse.Builder().body(huge).build());
    assertThat(rejected(detail()).cause()).isEqualTo(Cause.TOO_LARGE);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aBodyThatDripsEndsWithTheWholeCallsTimeout() throws Exception {
    tiny.answering(GOOD.newBuilder().throttleBody(1, 300, TimeUnit.MILLISECONDS).build());
    assertThat(failed(detail()).cause()).isEqualTo(Cause.TIMEOUT);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aServerThatDoesNotAnswerEndsWithTheTimeout() throws Exception {
    tiny.answering(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertThat(failed(detail()).cause()).isEqualTo(Cause.TIMEOUT);
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void anUnknownOrderIsAnAnswer() throws Exception {
    tiny.answering(Tiny.json(404, "{\"mensagem\":\"não encontrado\"}"));
    Answer<OrderDetail> answer = detail();
    assertThat(answer).isInstanceOf(Answer.NotFound.class);
    assertThat(((Answer.NotFound<OrderDetail>) answer).message()).contains("não encontrado");
    assertThat(tiny.apiCalls).hasValue(1);
  }

  @Test
  void aForbiddenAccountIsLeftAlone() throws Exception {
    tiny.answering(Tiny.json(403, "{\"mensagem\":\"plano\"}"));
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.ACCOUNT);
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.ACCOUNT);
    assertThat(tiny.apiCalls).hasValue(1);
    assertThat(tiny.shortestLists).as("asked whether it is the account").hasValue(1);
    assertThat(tiny.client.health("default").orElseThrow().problem()).contains("403", "plan");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403})
  void ordersThatAreRefusedByThemselvesCostTheAccountNothing(int status) throws Exception {
    tiny.shortestList = Tiny.json(200, "{\"itens\":[]}");
    tiny.answering(GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    int tokens = tiny.tokenCalls.get();
    for (long order : new long[] {1, 2, 1, 2, 1, 2}) {
      tiny.answering(Tiny.json(status, "{\"mensagem\":\"sem permissão\"}"));
      TinyError error = failed(detail(order));
      assertThat(error.status()).isEqualTo(status);
      assertThat(error.message()).contains("ordem-servico/" + order, "sem permissão");
    }
    tiny.answering(GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.client.health("default").orElseThrow().problem()).isNull();
    assertThat(tiny.tokenCalls).as("the token is good").hasValue(tokens);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403})
  void placesOfAListThatAreRefusedByThemselvesCostTheAccountNothing(int status) throws Exception {
    tiny.shortestList = Tiny.json(200, "{\"itens\":[]}");
    tiny.answering(GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    int tokens = tiny.tokenCalls.get();
    for (int turn = 0; turn < 3; turn++) {
      tiny.answering(Tiny.json(status, "{\"mensagem\":\"sem permissão\"}"));
      TinyError error = failed(tiny.client.headers("default", Tiny.query()));
      assertThat(error.status()).isEqualTo(status);
    }
    tiny.answering(GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.client.health("default").orElseThrow().problem()).isNull();
    assertThat(tiny.tokenCalls).as("the token is good").hasValue(tokens);
  }

  @Test
  void aPlaceThatAlwaysSaysThatTheQuotaIsUsedClosesTheAccountOnce() throws Exception {
    tiny.shortestList = Tiny.json(200, "{\"itens\":[]}");
    tiny.answering(Tiny.json(429, "").newBuilder().addHeader("X-RateLimit-Reset", "0").build());
    assertThat(later(tiny.client.headers("default", Tiny.query())).reason())
        .isEqualTo(WaitReason.QUOTA);
    await()
        .atMost(Duration.ofSeconds(75))
        .until(() -> tiny.client.headers("default", Tiny.query()) instanceof Answer.Failed);
    assertThat(tiny.apiCalls).as("once more, after a list was answered").hasValue(2);
    tiny.answering(GOOD);
    assertThat(detail()).as("the account is not closed").isInstanceOf(Answer.Ok.class);
  }

  @Test
  void aRefusedOrderWaitsWhereTheListTellsNothing() throws Exception {
    tiny.answering(Tiny.json(403, ""));
    tiny.shortestList = Tiny.json(429, "");
    assertThat(later(detail()).reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(later(detail()).failure()).as("no attempt of the order's").isNull();
  }

  @Test
  void anOpenBreakerDefersAndAHalfOpenOneFindsTheServerBack() throws Exception {
    tiny.answering(Tiny.json(500, ""));
    Answer<OrderDetail> answer = detail(1);
    for (long id = 2; !(answer instanceof Answer.Later); id++) {
      answer = detail(id);
    }
    assertThat(later(answer).reason()).isEqualTo(WaitReason.BREAKER);
    assertThat(later(answer).failure()).as("the request that opened it").isNotNull();
    assertThat(tiny.apiCalls).as("nine orders three times, and the tenth").hasValue(28);

    tiny.shortestList = Tiny.json(200, "{\"itens\":[]}");
    tiny.answering(GOOD);
    await().atMost(Duration.ofSeconds(20)).until(() -> detail() instanceof Answer.Ok);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void aProbeThatHasNoPermitIsLeftToTheNext() throws Exception {
    try (Tiny few = new Tiny(28, Duration.ofSeconds(2))) {
      few.answering(Tiny.json(500, ""));
      Answer<OrderDetail> answer = detail(few, 1);
      for (long id = 2; !(answer instanceof Answer.Later); id++) {
        answer = detail(few, id);
      }
      assertThat(few.apiCalls).as("all that the quota allows").hasValue(28);
      await().until(() -> later(detail(few, 7)).reason() == WaitReason.QUOTA);
      for (int probe = 0; probe < 3; probe++) {
        assertThat(later(detail(few, 7)).reason()).isEqualTo(WaitReason.QUOTA);
      }
    }
  }

  @Test
  void ordersThatAlwaysFailDoNotKeepTheOthersFromTiny() throws Exception {
    tiny.answering(Tiny.json(500, ""));
    for (int turn = 0; turn < 10; turn++) {
      failed(detail(1));
      failed(detail(2));
    }
    tiny.answering(GOOD);
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
  }

  private Answer<OrderDetail> detail() throws InterruptedException {
    return detail(7);
  }

  private Answer<OrderDetail> detail(long id) throws InterruptedException {
    return detail(tiny, id);
  }

  private static Answer<OrderDetail> detail(Tiny tiny, long id) throws InterruptedException {
    return tiny.client.detail("default", id, Priority.DETAIL);
  }

  private static TinyError failed(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Failed.class);
    return ((Answer.Failed<?>) answer).error();
  }

  private static TinyError rejected(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Rejected.class);
    return ((Answer.Rejected<?>) answer).error();
  }

  private static Answer.Later<?> later(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Later.class);
    return (Answer.Later<?>) answer;
  }
}
