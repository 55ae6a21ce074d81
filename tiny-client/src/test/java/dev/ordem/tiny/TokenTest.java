package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.WaitReason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenTest {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");
  private static final MockResponse INVALID_GRANT =
      Tiny.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Token is not active\"}");

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

  @Test
  void manyThreadsOfSeveralProcessesRenewOnce() throws Exception {
    List<TinyClient> clients = new ArrayList<>(List.of(tiny.client));
    List<HikariDataSource> pools = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      pools.add(Postgres.samePlace(tiny.database));
      clients.add(tiny.another(pools.get(i), keys(), "refresh-0"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Callable<Answer<OrderDetail>>> work = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      TinyClient client = clients.get(i % 4);
      work.add(() -> untilMade(client));
    }
    for (Future<Answer<OrderDetail>> one : threads.invokeAll(work)) {
      assertThat(one.get()).isInstanceOf(Answer.Ok.class);
    }
    threads.shutdown();

    assertThat(tiny.tokenCalls).hasValue(1);
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0");
    clients.subList(1, 4).forEach(TinyClient::close);
    pools.forEach(HikariDataSource::close);
  }

  @Test
  void aRefused401IsRenewedOnceAndRepeatedOnce() throws Exception {
    tiny.detail();
    tiny.answering(Tiny.json(401, ""), GOOD);

    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);

    assertThat(tiny.apiCalls).hasValue(3);
    assertThat(tiny.tokenCalls).hasValue(2);
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
  }

  @Test
  void a401ThatRenewalDoesNotHealIsNoLoop() throws Exception {
    tiny.detail();
    tiny.answering(Tiny.json(401, ""));

    for (int i = 0; i < 20; i++) {
      assertThat(tiny.detail()).isInstanceOf(Answer.Later.class);
    }

    assertThat(tiny.apiCalls).hasValue(3);
    assertThat(tiny.tokenCalls).hasValue(2);
  }

  @Test
  void aTokenThatAnotherProcessRenewedIsRenewedTooWhenItIsRefused() throws Exception {
    tiny.detail();
    try (TinyClient other = tiny.another(tiny.database, keys(), "refresh-0")) {
      tiny.answering(Tiny.json(401, ""), GOOD);
      assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
      tiny.makeOlder("refused_at", "2 minutes");
      tiny.answering(Tiny.json(401, ""), Tiny.json(401, ""), GOOD);

      assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1", "refresh-2");
  }

  @Test
  void aTokenThatIsLeftAloneIsReplacedAsSoonAsAnotherProcessHasANewOne() throws Exception {
    tiny.answering(Tiny.json(401, ""), GOOD, Tiny.json(401, ""), GOOD);
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.AUTHORISATION);
    try (TinyClient other = tiny.another(tiny.database, keys(), "refresh-new")) {
      assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> tiny.detail() instanceof Answer.Ok<OrderDetail>);
    }
  }

  @Test
  void aRefusedTokenIsNotTriedAgainWhileItCannotBeRenewed() throws Exception {
    tiny.detail();
    tiny.answering(Tiny.json(401, ""), GOOD);
    tiny.tokenAnswers.add(Tiny.json(503, ""));
    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.OUTAGE);
    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.OUTAGE);
    assertThat(tiny.apiCalls).hasValue(2);

    tiny.answering(Tiny.json(401, ""), GOOD);
    assertThat(untilMade(tiny.client)).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1", "refresh-1");
  }

  @Test
  void anAnswerOfTheTokenEndpointThatIsLostEndsInAClearWord() throws Exception {
    tiny.detail();
    tiny.answering(Tiny.json(401, ""));
    tiny.tokenAnswers.add(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    tiny.tokenAnswers.add(INVALID_GRANT);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              tiny.detail();
              return tiny.client.health("default").orElseThrow().state()
                  == AccountHealth.State.AUTHORISATION_REQUIRED;
            });
    assertThat(tiny.apiCalls).hasValueLessThanOrEqualTo(3);
  }

  @Test
  void aRefreshTokenWhoseAnswerIsLostIsNotSentAgainByOkHttp() throws Exception {
    tiny.detail();
    tiny.answering(Tiny.json(401, ""));
    tiny.tokenAnswers.add(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    assertThat(tiny.detail()).isInstanceOf(Answer.Later.class);
    assertThat(tiny.tokenCalls).as("the first pair, and the one that was lost").hasValue(2);
  }

  @Test
  void aTokenThatIsRefusedAgainAfterItsRenewalIsLeftAloneByEveryProcess() throws Exception {
    tiny.answering(Tiny.json(401, ""), GOOD, Tiny.json(401, ""));
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    try (TinyClient other = tiny.another(tiny.database, keys(), "refresh-0")) {
      for (int i = 0; i < 20; i++) {
        assertThat(tiny.detail()).isInstanceOf(Answer.Later.class);
        assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Later.class);
      }
    }
    assertThat(tiny.apiCalls).hasValueLessThanOrEqualTo(4);
    assertThat(tiny.tokenCalls).hasValue(2);
  }

  @Test
  void aDeadRefreshTokenMakesTheAccountWaitForAPersonEvenAfterARestart() throws Exception {
    tiny.tokenAnswers.add(INVALID_GRANT);

    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.AUTHORISATION);
    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.AUTHORISATION);
    try (TinyClient restarted = tiny.another(tiny.database, keys(), "refresh-0")) {
      assertThat(Tiny.reason(restarted.detail("default", 7, Priority.DETAIL)))
          .isEqualTo(WaitReason.AUTHORISATION);
      assertThat(restarted.health("default"))
          .get()
          .satisfies(
              health -> {
                assertThat(health.state()).isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);
                assertThat(health.problem())
                    .contains("invalid_grant")
                    .doesNotContain("Token is not active");
                assertThat(health.facts().problemDetail()).isEqualTo("Token is not active");
              });
    }
    assertThat(tiny.tokenCalls).hasValue(1);
    assertThat(tiny.apiCalls).hasValue(0);
    assertThat(tiny.meters.counter("ordem.token.failures").count()).isEqualTo(1);
  }

  @Test
  void anOutageOfTheTokenEndpointIsNoLostAuthorisation() throws Exception {
    tiny.tokenAnswers.add(Tiny.json(503, "<html>"));

    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.OUTAGE);
    assertThat(tiny.client.health("default"))
        .get()
        .extracting(AccountHealth::state)
        .isEqualTo(AccountHealth.State.READY);
    tiny.makeOlder("retry_at", "1 hour");
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void aWrongApplicationIsNoDeadToken() throws Exception {
    tiny.tokenAnswers.add(Tiny.json(401, "{\"error\":\"unauthorized_client\"}"));

    assertThat(Tiny.reason(tiny.detail())).isEqualTo(WaitReason.APPLICATION);
    assertThat(tiny.client.health("default"))
        .get()
        .extracting(AccountHealth::problem)
        .asString()
        .contains("TINY_CLIENT_SECRET");
    tiny.makeOlder("retry_at", "1 hour");
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void aCallerWhoIsInterruptedOrAClientThatClosesLosesNoToken() throws Exception {
    tiny.tokenAnswers.add(
        Tiny.pair(1, 14400).newBuilder().headersDelay(700, TimeUnit.MILLISECONDS).build());
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                tiny.detail();
              } catch (InterruptedException e) {
                end.set(e);
              }
            });
    caller.start();
    await().until(() -> tiny.tokenCalls.get() == 1);
    caller.interrupt();
    caller.join();
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
    tiny.client.close();

    try (TinyClient next = tiny.another(tiny.database, keys(), "refresh-0")) {
      assertThat(next.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0");
  }

  @Test
  void processesThatStartAtOnceOnAnEmptyDatabaseAreSafe() throws Exception {
    try (HikariDataSource empty = Postgres.database()) {
      ExecutorService threads = Executors.newFixedThreadPool(5);
      List<Callable<TinyClient>> starts =
          Collections.nCopies(5, () -> tiny.another(empty, keys(), "refresh-0"));
      List<TinyClient> clients = new ArrayList<>();
      for (Future<TinyClient> one : threads.invokeAll(starts)) {
        clients.add(one.get());
      }
      threads.shutdown();
      assertThat(clients.get(4).accounts()).hasSize(1);
      assertThat(clients.get(0).detail("default", 7, Priority.DETAIL))
          .isInstanceOf(Answer.Ok.class);
      clients.forEach(TinyClient::close);
    }
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0");
  }

  @Test
  void anIdleSystemRenewsByItselfAndWorkGoesOnWithTheOldTokenMeanwhile() throws Exception {
    tiny.detail();
    tiny.makeOlder("renew_at", "1 day");
    await().atMost(Duration.ofSeconds(30)).until(() -> tiny.tokenCalls.get() == 2);
    assertThat(tiny.detail()).isInstanceOf(Answer.Ok.class);
    assertThat(tiny.refreshTokensUsed()).containsExactly("refresh-0", "refresh-1");
  }

  @Test
  void storedTokensAreNotReadableAndKeysCanBeRotated() throws Exception {
    tiny.detail();
    try (var connection = tiny.database.getConnection();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select encode(access_token, 'escape') || encode(refresh_token, 'escape')"
                        + " from tiny_account")) {
      row.next();
      assertThat(row.getString(1)).doesNotContain("access-1").doesNotContain("refresh-1");
    }
    List<String> rotated = List.of("the passphrase of next year", Tiny.KEY);
    try (TinyClient client = tiny.another(tiny.database, rotated, "refresh-0")) {
      assertThat(client.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    try (TinyClient client =
        tiny.another(tiny.database, List.of("a key that is unknown"), "refresh-0")) {
      assertThat(Tiny.reason(client.detail("default", 7, Priority.DETAIL)))
          .isEqualTo(WaitReason.AUTHORISATION);
    }
    assertThat(tiny.tokenCalls).hasValue(1);
  }

  @Test
  void aConfiguredTokenIsUsedOnceAndANewOneStartsAnew() throws Exception {
    tiny.detail();
    try (TinyClient same = tiny.another(tiny.database, keys(), "refresh-0")) {
      tiny.makeOlder("expires_at", "1 day");
      assertThat(same.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    try (TinyClient anew = tiny.another(tiny.database, keys(), "refresh-of-a-person")) {
      assertThat(anew.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    try (TinyClient old = tiny.another(tiny.database, keys(), "refresh-0")) {
      tiny.makeOlder("expires_at", "1 day");
      assertThat(old.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.refreshTokensUsed())
        .containsExactly("refresh-0", "refresh-1", "refresh-of-a-person", "refresh-3");
  }

  @Test
  void anAccountIsConnectedInTheBrowserByAnotherProcess() throws Exception {
    URI page =
        tiny.client
            .connections()
            .begin(Person.isSure("loja-2"), URI.create("http://127.0.0.1:8080/cb"));
    Map<String, String> query = Tiny.form(page.getRawQuery());
    assertThat(query)
        .containsEntry("response_type", "code")
        .containsEntry("scope", "openid")
        .containsEntry("code_challenge_method", "S256");

    try (TinyClient other = tiny.another(tiny.database, keys(), null)) {
      String state = String.valueOf(query.get("state"));
      assertThat(other.connections().complete(state, "code-1"))
          .isEqualTo(new AuthorisationResult.Done("loja-2"));
      assertThat(other.connections().complete(state, "code-1"))
          .isInstanceOf(AuthorisationResult.UnknownState.class);
      assertThat(other.detail("loja-2", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
    }
    Map<String, String> sent =
        tiny.tokenForms().stream()
            .filter(form -> "authorization_code".equals(form.get("grant_type")))
            .findFirst()
            .orElseThrow();
    assertThat(sent).containsEntry("code", "code-1");
    assertThat(sent.get("code_verifier")).hasSizeGreaterThanOrEqualTo(43);
    assertThat(tiny.client.accounts())
        .extracting(AccountHealth::account)
        .containsExactly("default", "loja-2");
  }

  @Test
  void aCodeThatTinyRefusesConnectsNothing() throws Exception {
    tiny.tokenAnswers.add(INVALID_GRANT);
    URI page =
        tiny.client
            .connections()
            .begin(Person.wish("loja-3"), URI.create("http://127.0.0.1:8080/cb"));
    String state = String.valueOf(Tiny.form(page.getRawQuery()).get("state"));
    assertThat(tiny.client.connections().complete(state, "used"))
        .isInstanceOf(AuthorisationResult.Refused.class);
    assertThat(tiny.client.health("loja-3")).isEmpty();
    assertThat(Tiny.reason(tiny.client.detail("loja-3", 7, Priority.DETAIL)))
        .isEqualTo(WaitReason.AUTHORISATION);
  }

  private static List<String> keys() {
    return List.of(Tiny.KEY);
  }

  /** As a fetcher does: asks again while the answer is to come later. */
  private static Answer<OrderDetail> untilMade(TinyClient client) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.detail("default", 7, Priority.DETAIL), Answer.Ok.class::isInstance);
  }
}
