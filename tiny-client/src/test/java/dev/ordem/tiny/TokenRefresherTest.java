package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is seen of the thread that looks after tokens, when it fails, hangs or dies. */
class TokenRefresherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Tiny tiny;
  private TinyClient client;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MovableClock clock = new MovableClock();
  private final CountDownLatch hung = new CountDownLatch(1);
  private final CountDownLatch hang = new CountDownLatch(1);
  private volatile @Nullable Throwable failure;
  private volatile String errorsIn = "no thread";
  private volatile boolean hanging;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
    tiny.client.close();
    Time system = Time.system();
    client =
        TinyClient.create(
            tiny.settings(0, Duration.ofSeconds(2)),
            failing(tiny.database),
            meters,
            new Time(clock, system.nanos(), system.pause()),
            TinyClient.Backoff.NORMAL);
    client.start();
  }

  @AfterEach
  void stop() {
    hang.countDown();
    client.close();
    tiny.close();
  }

  @Test
  void aKeeperThatFailsIsToldAsLongAsItFails() {
    assertThat(client.health()).isEqualTo(new ClientHealth(true, null, null, null, false, Map.of()));
    failure = new SQLException("the database is away");
    await().atMost(PATIENCE).until(() -> keeper() != null);
    assertThat(keeper()).contains("the database is away", "tried again");
    assertThat(client.health().notes("worker")).containsOnlyKeys("worker keeper");
    assertThat(client.health().live()).isTrue();

    failure = null;
    await().atMost(PATIENCE).until(() -> keeper() == null);
  }

  @Test
  void anErrorEndsItAndTheClientIsNoLongerAlive() {
    failure = new NoClassDefFoundError("of the test");
    await().atMost(PATIENCE).until(() -> !client.health().live());
    assertThat(keeper()).contains("NoClassDefFoundError: of the test");
    failure = null;
    assertThat(client.health().live()).isFalse();
  }

  /** A caller that finds an expired token has it renewed on a thread of its own. */
  @Test
  void anErrorInARenewalEndsTheProcessToo() throws Exception {
    Postgres.execute(
        tiny.database,
        "update tiny_account set expires_at = tiny_now() - interval '1 hour',"
            + " renew_at = tiny_now() - interval '1 hour'");
    errorsIn = "tiny-token-renewal";
    assertThatThrownBy(() -> client.detail("default", 7, Priority.DETAIL))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);
    await().atMost(PATIENCE).until(() -> !client.health().live());
    assertThat(keeper()).contains("NoClassDefFoundError");
  }

  @Test
  void aClientThatWasClosedIsNotTakenForADeadOne() {
    client.close();
    assertThat(client.health()).isEqualTo(new ClientHealth(true, null, null, null, false, Map.of()));
  }

  @Test
  void aRoundThatDoesNotEndIsToldAfterAWhile() {
    hanging = true;
    await().atMost(PATIENCE).until(() -> hung.getCount() == 0);
    assertThat(keeper()).isNull();
    clock.ahead = Duration.ofMinutes(3);
    assertThat(keeper()).contains("has not ended");
    assertThat(client.health().live()).isTrue();
    assertThat(age()).isBetween(170.0, 240.0);

    hanging = false;
    hang.countDown();
    await().atMost(PATIENCE).until(() -> keeper() == null);
    assertThat(age()).isLessThan(60);
  }

  @Test
  void anAccountThatCannotBeReadKeepsNoOtherFromBeingRenewed() throws Exception {
    connect("loja-2");
    connect("loja-3");
    int exchanges = tiny.tokenCalls.get();
    Postgres.execute(
        tiny.database,
        "update tiny_account set refresh_token = 'garbage',"
            + " renew_at = tiny_now() - interval '1 hour' where account = 'loja-2'");
    Postgres.execute(
        tiny.database,
        "update tiny_account set renew_at = tiny_now() - interval '1 minute'"
            + " where account = 'loja-3'");
    await().atMost(PATIENCE).until(() -> tiny.tokenCalls.get() == exchanges + 1);
    await().atMost(PATIENCE).until(() -> keeper() != null);
    assertThat(keeper()).contains("loja-2", "ORDEM_SECRET_KEY").doesNotContain("loja-3");
  }

  private void connect(String account) {
    URI page =
        client.connections().begin(Person.wish(account), URI.create("http://127.0.0.1:8080/cb"));
    String state = page.getRawQuery().replaceAll(".*\\bstate=([^&]*).*", "$1");
    assertThat(client.connections().complete(state, "code"))
        .isInstanceOf(AuthorisationResult.Done.class);
  }

  private @Nullable String keeper() {
    return client.health().keeper();
  }

  private double age() {
    return meters.get("ordem.token.upkeep.age").gauge().value();
  }

  private DataSource failing(HikariDataSource database) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) -> {
              if (hanging) {
                hung.countDown();
                hang.await();
              }
              Throwable thrown = failure;
              if (Thread.currentThread().getName().startsWith(errorsIn)) {
                throw new NoClassDefFoundError("of the test");
              }
              if (thrown != null) {
                throw thrown;
              }
              try {
                return method.invoke(database, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** The machine's, and some. */
  private static final class MovableClock extends Clock {
    volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
