package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
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
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An authorisation whose owner cannot be read: it waits, or a person says whose it is. */
class UnreadOwnerTest {
  private static final AccountTerms UNLIMITED = new AccountTerms(null, 0, 0, 0);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private TinySimulator tiny;
  private HikariDataSource database;

  @BeforeEach
  void start() throws SQLException {
    tiny =
        new TinySimulator(
                SimulatorSettings.inProcess()
                    .withClients(Client.named("one"), Client.named("two"))
                    .withOrders(12))
            .start();
    database = Postgres.database();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    database.close();
    tiny.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 429, 503})
  void neitherAKnownNameNorASecondOneIsGivenAwayWhileTheListCannotBeRead(int status)
      throws Exception {
    both(account -> account.opaqueTokens(true));
    TinyClient client = client(Map.of());
    assertThat(Person.connects(client, wish("loja-1", "one", false))).isInstanceOf(Done.class);

    tiny.account("two").failNext(Fault.status(status).on(Endpoint.LIST), 2);
    assertRefused(Person.connects(client, wish("loja-1", "two", false)));
    tiny.account("two").clearFaults();
    tiny.account("two").failNext(Fault.status(status).on(Endpoint.LIST), 2);
    assertRefused(Person.connects(client, wish("loja-2", "two", false)));
    assertThat(client.names()).containsExactly("loja-1");

    tiny.account("two").clearFaults();
    assertThat(Person.connects(client, wish("loja-2", "two", false))).isEqualTo(new Done("loja-2"));
  }

  @Test
  void aPersonMaySayWhoseItIsAndWhatWasKnownBeforeIsForgotten() throws Exception {
    both(account -> account.opaqueTokens(true));
    TinyClient client = client(Map.of());
    Person.connects(client, wish("loja-1", "one", false));
    tiny.account("two").failNext(Fault.status(503).on(Endpoint.LIST), 2);

    assertThat(Person.connects(client, wish("loja-1", "two", true))).isEqualTo(new Done("loja-1"));

    assertThat(client.health("loja-1").orElseThrow().facts().owner().isUnknown()).isTrue();
    assertThat(Person.connects(client, wish("loja-1", "one", false)))
        .as("what the account shows now is asked of it first")
        .isInstanceOf(WrongCompany.class);
  }

  @Test
  void anAccountThatCameByAVariableIsAskedWhoseItIsBeforeASecondNameIsGiven() throws Exception {
    both(account -> account.opaqueTokens(true));
    tiny.account("one").addApplication(new Client("other", "other", "other"));
    TinyClient client = client(variables("one", "one"));

    assertThat(Person.connects(client, wish("loja-2", "other", false)))
        .isInstanceOfSatisfying(
            WrongCompany.class,
            refused ->
                assertThat(refused.why().text()).contains("The same company", "account default"));
    assertThat(Person.connects(client, wish("loja-2", "two", false))).isEqualTo(new Done("loja-2"));
  }

  @Test
  void aConfiguredTokenThatWaitsForItsProofSaysSoUntilItIsProved() throws Exception {
    try (TinyClient before = client(variables("one", "one"))) {
      assertThat(Person.connects(before, "default")).isEqualTo(new Done("default"));
    }
    tiny.account("one").addApplication(new Client("other", "other", "other"));
    tiny.account("one").failNext(Fault.status(503).on(Endpoint.LIST), 2);
    TinyClient client = client(variables("other", "other"));

    assertThat(page(client)).isInstanceOf(Answer.Later.class);

    assertThat(client.health("default").orElseThrow().problem())
        .contains("TINY_REFRESH_TOKEN: whose it is could not be read", "asked again");
    await().until(() -> client.health().accounts().containsKey("default"));
    await().atMost(Duration.ofSeconds(30)).until(() -> page(client) instanceof Answer.Ok);
    assertThat(client.health("default").orElseThrow().problem()).isNull();
  }

  @Test
  void thatNoAccountIsConnectedIsTold() throws Exception {
    TinyClient client = client(Map.of());
    await().until(() -> client.health().accountless());
    assertThat(client.health().ready()).isTrue();
    assertThat(client.health().notes("producer").get("producer accounts"))
        .contains("./ordem connect", "TINY_CLIENT_ID, TINY_CLIENT_SECRET and TINY_REFRESH_TOKEN");
    Person.connects(client, wish("loja-1", "one", false));
    await().atMost(Duration.ofSeconds(20)).until(() -> !client.health().accountless());
  }

  private static void assertRefused(AuthorisationResult result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            WrongCompany.class,
            refused ->
                assertThat(refused.why().text())
                    .contains("could not be read", "account loja-1", "--confirm-company"));
  }

  private void both(Consumer<SimulatedAccount> change) {
    change.accept(tiny.account("one"));
    change.accept(tiny.account("two"));
  }

  private static ConnectRequest wish(String account, String application, boolean confirmed) {
    return new ConnectRequest(
        account, new Application(application, application), UNLIMITED, confirmed);
  }

  private static Map<String, String> variables(String client, String refreshToken) {
    return Map.of(
        "TINY_CLIENT_ID", client,
        "TINY_CLIENT_SECRET", client,
        "TINY_REFRESH_TOKEN", refreshToken);
  }

  private TinyClient client(Map<String, String> variables) {
    TinyClient client = Person.process(tiny, database, variables);
    opened.add(client);
    return client;
  }

  private static Answer<HeaderPage> page(TinyClient client) throws InterruptedException {
    return client.headers("default", Tiny.query());
  }
}
