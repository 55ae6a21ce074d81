package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real process is killed with its renewal under way; the server, which is not ours, knows a
 * refresh token that is used twice.
 */
class KilledHolderTest {
  private static final String STORING =
      "select pid from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock' and query like 'update tiny_account%'";

  private HikariDataSource database;
  private TinySimulator tiny;
  private SimulatedAccount account;

  @BeforeEach
  void start() throws Exception {
    database = Postgres.database();
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withClients(Client.named("holder"))
            .withOrders(5)
            .withLimits(Limits.none());
    tiny = new TinySimulator(settings).start();
    account = tiny.account();
  }

  @AfterEach
  void stop() {
    tiny.close();
    database.close();
  }

  @Test
  void aPairThatWasAnsweredAndNotStoredEndsWithAPersonAndNeverInALoop() throws Exception {
    killWhileItStores(true);
    assertThat(account.refreshes()).isEqualTo(1);
    assertThat(theRow("renewal_holder is not null and access_token is null")).isTrue();

    try (TinyClient next = client()) {
      assertThat(reason(next)).isEqualTo(WaitReason.OUTAGE);
      assertThat(account.refreshTokensReused()).isZero();
      endRenewal();
      for (int i = 0; i < 20; i++) {
        assertThat(reason(next)).isEqualTo(WaitReason.AUTHORISATION);
      }
      assertThat(state(next)).isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);

      try (TinyClient restarted = client()) {
        assertThat(reason(restarted)).isEqualTo(WaitReason.AUTHORISATION);
        assertThat(state(restarted)).isEqualTo(AccountHealth.State.AUTHORISATION_REQUIRED);
        assertThat(account.refreshTokensReused()).isEqualTo(1);
        assertThat(account.requests()).isZero();

        assertThat(Person.connects(restarted, "default"))
            .isEqualTo(new AuthorisationResult.Done("default"));
        assertThat(state(next)).isEqualTo(AccountHealth.State.READY);
        assertThat(detail(restarted)).isInstanceOf(Answer.Ok.class);
      }
      assertThat(detail(next)).isInstanceOf(Answer.Ok.class);
    }
    // The first of them told whose the new authorisation is.
    assertThat(account.arrivals()).extracting(Arrival::status).containsExactly(200, 200, 200);
    assertThat(account.refreshes()).isEqualTo(1);
    assertThat(account.refreshTokensReused()).isEqualTo(1);
  }

  @Test
  void aPairThatReachedTheDatabaseIsUsedByTheNextAlthoughNobodyWasThereToHearOfIt()
      throws Exception {
    killWhileItStores(false);
    await().until(() -> theRow("renewal_holder is null and access_token is not null"));
    try (TinyClient next = client()) {
      assertThat(detail(next)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(account.refreshes()).isEqualTo(1);
    assertThat(account.refreshTokensReused()).isZero();
  }

  @Test
  void aTokenThatTheServerNeverSawIsGoodForTheNextHolder() throws Exception {
    try (TokenGate gate = new TokenGate(tiny.authUrl(), TokenGate.Where.ON_ITS_WAY)) {
      Process holder = HungryProcess.start(database, tiny, gate.authUrl(), Limits.none());
      try {
        gate.awaitHeld();
      } finally {
        holder.destroyForcibly().waitFor();
      }
    }
    assertThat(account.refreshes()).isZero();
    assertThat(theRow("renewal_holder is not null and access_token is null")).isTrue();

    try (TinyClient next = client()) {
      assertThat(reason(next)).isEqualTo(WaitReason.OUTAGE);
      assertThat(account.refreshes()).isZero();
      endRenewal();
      assertThat(detail(next)).isInstanceOf(Answer.Ok.class);
      assertThat(state(next)).isEqualTo(AccountHealth.State.READY);
    }
    try (TinyClient restarted = client()) {
      assertThat(detail(restarted)).isInstanceOf(Answer.Ok.class);
    }
    assertThat(account.refreshes()).isEqualTo(1);
    assertThat(account.refreshTokensReused()).isZero();
  }

  /**
   * Kills a process whose new pair waits for the row that is locked here.
   *
   * @param withItsConnection whether the statement is lost with it; else Postgres carries it out
   */
  private void killWhileItStores(boolean withItsConnection) throws Exception {
    try (TokenGate gate = new TokenGate(tiny.authUrl(), TokenGate.Where.ON_ITS_WAY_BACK);
        Connection lock = database.getConnection()) {
      Process holder = HungryProcess.start(database, tiny, gate.authUrl(), Limits.none());
      try {
        gate.awaitHeld();
        lock.setAutoCommit(false);
        execute(lock, "select 1 from tiny_account for update");
        gate.open();
        await().atMost(Duration.ofSeconds(30)).until(() -> storing().isPresent());
      } finally {
        holder.destroyForcibly().waitFor();
      }
      if (withItsConnection) {
        int backend = storing().orElseThrow();
        Postgres.execute(database, "select pg_terminate_backend(" + backend + ")");
        await().until(() -> storing().isEmpty());
      }
      lock.rollback();
      lock.setAutoCommit(true);
    }
  }

  private Optional<Integer> storing() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(STORING)) {
      return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
    }
  }

  private boolean theRow(String condition) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select " + condition + " from tiny_account")) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void endRenewal() throws SQLException {
    Postgres.execute(
        database, "update tiny_account set renewal_until = tiny_now() - interval '1 second'");
  }

  /** As a process that starts with the configuration of the one that was killed. */
  private TinyClient client() {
    TinyClient client =
        TinyClient.create(
            new TinySettings(
                Tiny.IDENTITY,
                tiny.apiUrl(),
                tiny.authUrl(),
                account.clientId(),
                account.clientSecret(),
                account.refreshToken(),
                List.of(Tiny.KEY),
                0,
                0,
                Duration.ofMinutes(1),
                0,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1)),
            database,
            new SimpleMeterRegistry(),
            Time.system(),
            TinyClient.Backoff.NORMAL);
    client.start();
    return client;
  }

  private Answer<OrderDetail> detail(TinyClient client) throws InterruptedException {
    return client.detail("default", account.orderIds().get(0), Priority.DETAIL);
  }

  private WaitReason reason(TinyClient client) throws InterruptedException {
    Answer<OrderDetail> answer = detail(client);
    assertThat(answer).isInstanceOf(Answer.Later.class);
    return ((Answer.Later<OrderDetail>) answer).reason();
  }

  private static AccountHealth.State state(TinyClient client) {
    return client.health("default").orElseThrow().state();
  }
}
