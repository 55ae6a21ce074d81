package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.account.AuthorisationResult.Done;
import dev.ordem.tiny.account.AuthorisationResult.WrongCompany;
import dev.ordem.tiny.account.ConnectRequest;
import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.WaitReason;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.TinySimulator;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several companies with applications of their own, and what must not be mixed. */
class AccountsTest {
  private static final AccountTerms UNLIMITED = new AccountTerms(null, 0, 0, 0);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private TinySimulator tiny;
  private HikariDataSource database;

  @BeforeEach
  void start() throws SQLException {
    tiny =
        new TinySimulator(
                SimulatorSettings.inProcess()
                    .withClients(Client.named("one"), Client.named("two"), Client.named("three"))
                    .withOrders(30))
            .start();
    database = Postgres.database();
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    database.close();
    tiny.close();
  }

  @Test
  void eachAccountIsReadWithAnApplicationOfItsOwnAndNoVariableDescribesAny() throws Exception {
    TinyClient client = client(Map.of());
    assertThat(client.accounts()).isEmpty();
    assertThat(Person.connects(client, wish("loja-1", "one"))).isEqualTo(new Done("loja-1"));
    assertThat(Person.connects(client, wish("loja-2", "two"))).isEqualTo(new Done("loja-2"));
    assertThat(oldest(client, "loja-1")).isEqualTo(tiny.account("one").orderIds().get(0));
    assertThat(oldest(client, "loja-2")).isEqualTo(tiny.account("two").orderIds().get(0));

    tiny.account("one").expireAccessTokens();
    tiny.account("two").expireAccessTokens();
    assertThat(oldest(client, "loja-1")).isEqualTo(tiny.account("one").orderIds().get(0));
    assertThat(oldest(client, "loja-2")).isEqualTo(tiny.account("two").orderIds().get(0));
    assertThat(client.health("loja-2").orElseThrow().facts().clientId()).isEqualTo("two");
    assertThat(stored()).doesNotContain("one", "two");
  }

  @Test
  void anAccountWithoutAnApplicationCannotBeConnected() {
    TinyClient client = client(Map.of());
    assertThatThrownBy(() -> Person.connects(client, "loja-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--client-id");
  }

  @Test
  void limitsAreEachAccountsOwn() throws Exception {
    tiny.account("one").limits(new Limits(60, 0, Duration.ofMinutes(1)));
    TinyClient client = client(Map.of());
    ConnectRequest small =
        new ConnectRequest(
            "loja-1", new Application("one", "one"), new AccountTerms(60, 0, null, null), false);
    Person.connects(client, small);
    Person.connects(client, wish("loja-2", "two"));
    assertThat(client.health("loja-1").orElseThrow().perWindow()).isEqualTo(60);
    assertThat(client.health("loja-2").orElseThrow().perWindow()).isZero();
    for (int i = 0; i < 80; i++) {
      page(client, "loja-1");
      assertThat(page(client, "loja-2")).isInstanceOf(Answer.Ok.class);
    }
    assertThat(tiny.account("one").rejected()).isZero();
    // A twentieth is kept for people, as one just connected an account.
    assertThat(tiny.account("one").requests()).isBetween(55L, 60L);

    try (TinyClient restarted = client(Map.of())) {
      assertThat(restarted.health("loja-1").orElseThrow().perWindow()).isEqualTo(60);
      assertThat(page(restarted, "loja-1")).isInstanceOf(Answer.Later.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCompanyIsNotConnectedUnderTwoNames(boolean opaque) throws Exception {
    SimulatedAccount company = tiny.account("one");
    company.opaqueTokens(opaque);
    company.addApplication(new Client("other", "other", "other"));
    TinyClient client = client(Map.of());
    Person.connects(client, wish("loja-1", "one"));
    company.person("somebody-else");

    AuthorisationResult twice = Person.connects(client, wish("loja-2", "other"));

    assertThat(twice).isInstanceOf(WrongCompany.class);
    assertThat(((WrongCompany) twice).why().text())
        .contains("The same company", "loja-1", "--confirm-company");
    assertThat(client.health("loja-2")).isEmpty();
    assertThat(page(client, "loja-2")).isInstanceOf(Answer.Later.class);
    ConnectRequest sure =
        new ConnectRequest("loja-2", new Application("other", "other"), UNLIMITED, true);
    assertThat(Person.connects(client, sure)).isEqualTo(new Done("loja-2"));
  }

  @Test
  void ofTwoNamesForOneCompanyThatComeAtOnceOneIsRefused() throws Exception {
    tiny.account("one").addApplication(new Client("other", "other", "other"));
    TinyClient first = client(Map.of());
    TinyClient second = client(Map.of());
    ExecutorService persons = Executors.newFixedThreadPool(2);
    opened.add(persons::shutdownNow);
    List<Future<AuthorisationResult>> results;
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Whoever asks is answered, and whoever stores waits: both have seen what there is by then.
      statement.execute("LOCK TABLE tiny_account IN EXCLUSIVE MODE");
      results =
          List.of(
              persons.submit(() -> Person.connects(first, wish("loja-1", "one"))),
              persons.submit(() -> Person.connects(second, wish("loja-2", "other"))));
      await().until(() -> waiting(statement) == 2);
      connection.rollback();
    }
    List<AuthorisationResult> all = List.of(results.get(0).get(), results.get(1).get());
    assertThat(all).as("%s", all).hasAtLeastOneElementOfType(Done.class);
    assertThat(all).as("%s", all).hasAtLeastOneElementOfType(WrongCompany.class);
  }

  private static int waiting(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                + " WHERE d.datname = current_database() AND NOT l.granted")) {
      row.next();
      return row.getInt(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherCompanyIsNotTakenForAKnownName(boolean opaque) throws Exception {
    tiny.account("one").opaqueTokens(opaque);
    tiny.account("two").opaqueTokens(opaque);
    TinyClient client = client(Map.of());
    Person.connects(client, wish("loja-1", "one"));

    AuthorisationResult other = Person.connects(client, wish("loja-1", "two"));

    assertThat(other).isInstanceOf(WrongCompany.class);
    assertThat(((WrongCompany) other).why().text())
        .contains("Another company", "Nothing was changed");
    tiny.account("one").expireAccessTokens();
    assertThat(oldest(client, "loja-1")).isEqualTo(tiny.account("one").orderIds().get(0));
    assertThat(client.disconnect("loja-1")).isTrue();
    assertThat(Person.connects(client, wish("loja-1", "two"))).isInstanceOf(WrongCompany.class);
    assertThat(client.accounts()).isEmpty();
  }

  @Test
  void onePersonMayServeTwoCompaniesAndTwoPersonsOne() throws Exception {
    TinyClient client = client(Map.of());
    tiny.account("one").person("maria");
    tiny.account("two").person("maria");
    assertThat(Person.connects(client, wish("loja-1", "one"))).isInstanceOf(Done.class);
    assertThat(Person.connects(client, wish("loja-2", "two"))).isInstanceOf(Done.class);
    tiny.account("one").person("joana");
    assertThat(Person.connects(client, "loja-1")).isInstanceOf(Done.class);
    assertThat(client.health("loja-1").orElseThrow().facts().owner().text())
        .isEqualTo("joana, 30 orders");
  }

  @Test
  void aRenewalThatIsSomebodyElsesIsRefusedAndTold() throws Exception {
    TinyClient client = client(Map.of());
    Person.connects(client, wish("loja-1", "one"));
    tiny.account("one").person("stranger");
    tiny.account("one").expireAccessTokens();

    assertThat(page(client, "loja-1")).isInstanceOf(Answer.Later.class);

    AccountHealth health = client.health("loja-1").orElseThrow();
    assertThat(health.state()).isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);
    assertThat(health.problem())
        .contains("another person", "./ordem connect --account loja-1")
        .doesNotContain("stranger", "demo");
    assertThat(health.facts().problemDetail()).contains("stranger", "demo");
  }

  @Test
  void aConfiguredTokenOfAnotherCompanyReadsNothingAndTheWayBackIsOpen() throws Exception {
    try (TinyClient before = client(variables("one", "one", "one"))) {
      assertThat(Person.connects(before, "default")).isEqualTo(new Done("default"));
    }
    try (TinyClient other = client(variables("two", "two", "two"))) {
      assertThat(page(other, "default")).isInstanceOf(Answer.Later.class);
      AccountHealth health = other.health("default").orElseThrow();
      assertThat(health.state()).isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);
      assertThat(health.problem()).contains("TINY_REFRESH_TOKEN: Another company");
    }
    try (TinyClient again = client(variables("two", "two", "two"))) {
      assertThat(page(again, "default")).isInstanceOf(Answer.Later.class);
    }
    assertThat(tiny.account("two").requests()).isEqualTo(1);

    TinyClient back = client(variables("one", "one", "one"));

    assertThat(oldest(back, "default")).isEqualTo(tiny.account("one").orderIds().get(0));
    assertThat(back.health("default").orElseThrow().problem()).isNull();
  }

  @Test
  void aDeadTokenThatIsConfiguredDoesNotCostTheOneThatWorks() throws Exception {
    try (TinyClient before = client(variables("one", "one", "one"))) {
      assertThat(Person.connects(before, "default")).isEqualTo(new Done("default"));
    }
    try (TinyClient dead = client(variables("one", "one", "mistyped"))) {
      assertThat(page(dead, "default")).isInstanceOf(Answer.Later.class);
    }
    TinyClient back = client(variables("one", "one", "one"));
    assertThat(page(back, "default")).isInstanceOf(Answer.Ok.class);
  }

  @Test
  void aWrongSecretIsNamedAtOnceAndHealsWithTheRightOne() throws Exception {
    try (TinyClient before = client(variables("one", "one", "one"))) {
      assertThat(page(before, "default")).isInstanceOf(Answer.Ok.class);
      assertThat(before.health().ready()).isTrue();
    }
    try (TinyClient wrong = client(variables("one", "wrong", "one"))) {
      await().atMost(Duration.ofSeconds(20)).until(() -> !wrong.health().ready());
      assertThat(wrong.health().notes("producer").get("producer variables"))
          .contains("TINY_CLIENT_SECRET", "unauthorized_client")
          .doesNotContain("WrongClient[");
      assertThat(wrong.health("default").orElseThrow().state())
          .isEqualTo(AccountHealth.State.APPLICATION_REFUSED);
      tiny.account("one").expireAccessTokens();
      assertThat(((Answer.Later<?>) page(wrong, "default")).reason())
          .isEqualTo(WaitReason.APPLICATION);
    }
    TinyClient right = client(variables("one", "one", "one"));
    assertThat(page(right, "default")).isInstanceOf(Answer.Ok.class);
    assertThat(right.health("default").orElseThrow().problem()).isNull();
    assertThat(tiny.account("one").refreshTokensReused()).isZero();
  }

  @Test
  void aDisconnectedAccountIsLeftAloneByEveryProcess() throws Exception {
    TinyClient client = client(Map.of());
    TinyClient worker = client(Map.of());
    Person.connects(client, wish("loja-1", "one"));
    assertThat(page(worker, "loja-1")).isInstanceOf(Answer.Ok.class);
    assertThat(client.disconnect("loja-1")).isTrue();
    assertThat(client.disconnect("loja-1")).isFalse();
    assertThat(page(client, "loja-1")).isInstanceOf(Answer.Later.class);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> page(worker, "loja-1") instanceof Answer.Later);
    assertThat(client.health("loja-1")).isEmpty();
  }

  private static ConnectRequest wish(String account, String application) {
    return new ConnectRequest(account, new Application(application, application), UNLIMITED, false);
  }

  private static Map<String, String> variables(String id, String secret, String refreshToken) {
    return Map.of(
        "TINY_CLIENT_ID", id, "TINY_CLIENT_SECRET", secret, "TINY_REFRESH_TOKEN", refreshToken);
  }

  /** A process of its own, as far as a test can have one. */
  private TinyClient client(Map<String, String> variables) {
    TinyClient client = Person.process(tiny, database, variables);
    opened.add(client);
    return client;
  }

  private static Answer<HeaderPage> page(TinyClient client, String account)
      throws InterruptedException {
    return client.headers(account, Tiny.query());
  }

  private static @Nullable Long oldest(TinyClient client, String account)
      throws InterruptedException {
    return page(client, account) instanceof Answer.Ok<HeaderPage> ok
        ? Long.valueOf(ok.value().headers().get(0).id())
        : null;
  }

  private String stored() throws SQLException {
    try (var connection = database.getConnection();
        var row =
            connection
                .createStatement()
                .executeQuery(
                    "select string_agg(encode(client_secret, 'escape'), ' ') from tiny_account")) {
      row.next();
      return row.getString(1);
    }
  }
}
