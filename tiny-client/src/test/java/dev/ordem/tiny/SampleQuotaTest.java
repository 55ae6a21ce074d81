package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult.Done;
import dev.ordem.tiny.account.ConnectRequest;
import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.WaitReason;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls that tell whose an authorisation is count as any others do, each of them. */
class SampleQuotaTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private TinySimulator tiny;
  private SimulatedAccount account;
  private HikariDataSource database;

  @BeforeEach
  void start() throws SQLException {
    tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(12), atBeginOfMinute());
    tiny.start();
    account = tiny.account();
    database = Postgres.database();
  }

  @AfterEach
  void stop() {
    database.close();
    tiny.close();
  }

  @Test
  void aRepetitionTakesAPermitOfItsOwn() throws Exception {
    try (TinyClient client = ofFourAMinute()) {
      assertThat(Person.connects(client, "default")).isEqualTo(new Done("default"));
      assertThat(page(client, "default")).isInstanceOf(Answer.Ok.class);
      assertThat(account.requests()).isEqualTo(3);
      account.failNext(Fault.status(500).on(Endpoint.LIST), 1);

      Person.connects(client, "default");

      assertThat(account.mostArrivalsIn(MINUTE)).isEqualTo(4);
    }
  }

  @Test
  void a429ClosesTheAccount() throws Exception {
    try (TinyClient client = ofFourAMinute()) {
      account.limits(new SimulatorSettings.Limits(1, 0, MINUTE));
      account.foreignCalls(1);
      Person.connects(client, "default");
      assertThat(account.requests()).isEqualTo(1);

      assertThat(Tiny.reason(page(client, "default"))).isEqualTo(WaitReason.QUOTA);

      assertThat(account.requests()).isEqualTo(1);
    }
  }

  /** It had no quota yet when they were made. */
  @Test
  void aNewAccountBeginsWithAllThatItWasAsked() throws Exception {
    try (TinyClient client = Person.process(tiny, database, Map.of())) {
      account.failNext(Fault.status(503).on(Endpoint.LIST), 1);
      Application application = new Application(account.clientId(), account.clientSecret());
      ConnectRequest wish =
          new ConnectRequest("loja", application, new AccountTerms(null, 0, 3, 0), false);
      assertThat(Person.connects(client, wish)).isEqualTo(new Done("loja"));
      assertThat(account.requests()).isEqualTo(2);

      assertThat(page(client, "loja")).isInstanceOf(Answer.Ok.class);
      assertThat(Tiny.reason(page(client, "loja"))).isEqualTo(WaitReason.QUOTA);

      assertThat(account.mostArrivalsIn(MINUTE)).isEqualTo(3);
    }
  }

  /** What closes an account does so until the server's next minute: it is far away. */
  private static InstantSource atBeginOfMinute() {
    Instant now = Instant.now();
    Duration passed = Duration.between(now.truncatedTo(ChronoUnit.MINUTES), now);
    return InstantSource.offset(InstantSource.system(), passed.negated());
  }

  private TinyClient ofFourAMinute() {
    return Person.process(
        tiny,
        database,
        Map.of(
            "TINY_CLIENT_ID", account.clientId(),
            "TINY_CLIENT_SECRET", account.clientSecret(),
            "TINY_REFRESH_TOKEN", account.refreshToken(),
            "TINY_REQUESTS_PER_MINUTE", "4",
            "TINY_PERMIT_WAIT", "PT1S"));
  }

  private static Answer<HeaderPage> page(TinyClient client, String account)
      throws InterruptedException {
    return client.headers(account, Tiny.query());
  }
}
