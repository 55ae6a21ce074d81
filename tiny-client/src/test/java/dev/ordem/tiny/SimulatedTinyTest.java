package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.TokenLife;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against a server that knows nothing of us, with its own ideas of tokens, pages and weather. */
class SimulatedTinyTest {
  @Test
  void readsEveryOrderInRoughWeather() throws Exception {
    SimulatorSettings settings = quick().withOrders(60).withWeather(Weather.rough());
    try (HikariDataSource database = Postgres.database();
        TinySimulator tiny = new TinySimulator(settings).start();
        TinyClient client = client(tiny, database, tiny.account().refreshToken())) {
      Set<Long> found = new HashSet<>();
      for (long offset = 0; found.size() < 60; offset += 25) {
        HeaderPage page = page(client, offset);
        assertThat(page.unreadable()).isEmpty();
        page.headers().forEach(header -> found.add(header.id()));
      }
      for (long id : found) {
        OrderDetail detail = value(() -> client.detail("default", id, Priority.DETAIL));
        assertThat(detail.id()).isEqualTo(id);
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(tiny.account().orderIds());
      assertThat(tiny.account().refreshTokensReused()).isZero();
    }
  }

  @Test
  void aPersonConnectsAnAccountOnTheLoginPage() throws Exception {
    try (HikariDataSource database = Postgres.database();
        TinySimulator tiny = new TinySimulator(quick()).start();
        TinyClient client = client(tiny, database, null)) {
      long id = tiny.account().orderIds().get(0);
      assertThat(client.detail("default", id, Priority.REFRESH)).isInstanceOf(Answer.Later.class);
      assertThat(client.health("default"))
          .get()
          .extracting(AccountHealth::state)
          .isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);

      AuthorisationResult connected = Person.connects(client, "default");

      assertThat(connected).isEqualTo(new AuthorisationResult.Done("default"));
      assertThat(client.detail("default", id, Priority.REFRESH)).isInstanceOf(Answer.Ok.class);
      assertThat(client.health("default"))
          .get()
          .extracting(AccountHealth::state)
          .isEqualTo(AccountHealth.State.READY);
    }
  }

  @Test
  void shortLivedTokensRotateAheadOfTimeAndNoneIsUsedTwice() throws Exception {
    SimulatorSettings settings =
        quick().withTokens(new TokenLife(Duration.ofSeconds(4), Duration.ofMinutes(1)));
    try (HikariDataSource database = Postgres.database();
        HikariDataSource elsewhere = Postgres.samePlace(database);
        TinySimulator tiny = new TinySimulator(settings).start();
        TinyClient one = client(tiny, database, tiny.account().refreshToken());
        TinyClient two = client(tiny, elsewhere, tiny.account().refreshToken())) {
      SimulatedAccount account = tiny.account();
      long id = account.orderIds().get(0);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                value(() -> one.detail("default", id, Priority.DETAIL));
                value(() -> two.detail("default", id, Priority.DETAIL));
                return account.refreshes() >= 4;
              });
      assertThat(account.refreshTokensReused()).isZero();
      assertThat(account.requests(Endpoint.DETAIL)).isPositive();
    }
  }

  private static SimulatorSettings quick() {
    return SimulatorSettings.inProcess()
        .withClients(Client.named("stranger"))
        .withOrders(20)
        .withLimits(SimulatorSettings.Limits.none());
  }

  private static TinyClient client(
      TinySimulator tiny, HikariDataSource database, @Nullable String refreshToken) {
    SimulatedAccount account = tiny.account();
    TinySettings settings =
        new TinySettings(
            Tiny.IDENTITY,
            tiny.apiUrl(),
            tiny.authUrl(),
            account.clientId(),
            account.clientSecret(),
            refreshToken,
            List.of(Tiny.KEY),
            0,
            0,
            Duration.ofMinutes(1),
            0,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    TinyClient client =
        TinyClient.create(
            settings,
            database,
            new SimpleMeterRegistry(),
            Time.system(),
            new TinyClient.Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
    client.start();
    return client;
  }

  private static HeaderPage page(TinyClient client, long offset) {
    HeaderQuery query =
        new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 25, offset, Priority.PAGE);
    return value(() -> client.headers("default", query));
  }

  /** As a patient caller gets it: asked again until it is there. */
  private static <T> T value(Call<T> call) {
    Answer<T> answer =
        await()
            .atMost(Duration.ofMinutes(1))
            .pollDelay(Duration.ZERO)
            .until(call::make, Answer.Ok.class::isInstance);
    return ((Answer.Ok<T>) answer).value();
  }

  @FunctionalInterface
  private interface Call<T> {
    Answer<T> make() throws InterruptedException;
  }
}
