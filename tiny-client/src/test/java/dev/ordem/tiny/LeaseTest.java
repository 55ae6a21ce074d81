package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.ClockReading;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Leases;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.PermitReleaseQueue;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.Quota;
import dev.ordem.tiny.quota.QuotaStore;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a call holds its permit, and what becomes of one whose permit ran out. */
class LeaseTest {
  private static final String ORDER = "{\"id\":7,\"situacao\":\"3\"}";

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny(3, Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aSlowCallKeepsItsPermitWhileItsProcessLives() throws Exception {
    tiny.answering(Tiny.json(200, ORDER).newBuilder().headersDelay(4, TimeUnit.SECONDS).build());
    CompletableFuture<Answer<OrderDetail>> answer = CompletableFuture.supplyAsync(this::detail);
    await().until(() -> held() > 0);
    double first = held();

    await().atMost(Duration.ofSeconds(10)).until(() -> held() > first + 1);

    assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOf(Answer.Ok.class);
    await().until(() -> held() == 0);
  }

  @Test
  void aRequestWhosePermitRanOutDoesNotLeave() throws Exception {
    tiny.answering(Tiny.json(200, ORDER));
    assertThat(detail()).isInstanceOf(Answer.Ok.class);
    AtomicLong asleep = new AtomicLong();
    Time time =
        new Time(
            Clock.systemUTC(),
            () -> System.nanoTime() + asleep.get(),
            duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()));
    try (TinyClient client =
            TinyClient.create(
                tiny.settings(3, Duration.ofSeconds(20)),
                tiny.database,
                new SimpleMeterRegistry(),
                time,
                TinyClient.Backoff.NORMAL);
        Connection other = tiny.database.getConnection();
        Statement statement = other.createStatement()) {
      client.start();
      other.setAutoCommit(false);
      statement.execute("select 1 from tiny_quota for update");
      CompletableFuture<Answer<OrderDetail>> answer =
          CompletableFuture.supplyAsync(() -> detail(client));
      await().until(this::somebodyWaits);
      asleep.set(Duration.ofSeconds(4).toNanos());
      other.rollback();
      other.setAutoCommit(true);

      assertThat(answer.get(30, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              Answer.Later.class, later -> assertThat(later.reason()).isEqualTo(WaitReason.QUOTA));
      assertThat(tiny.apiCalls).hasValue(1);
      assertThat(detail(client)).isInstanceOf(Answer.Ok.class);
    }
  }

  @Test
  void aReaderThatThrowsGivesItsPermitBackAndFailsItsOrderAlone() throws Exception {
    tiny.answering(Tiny.json(200, ORDER));
    Answer<String> answer =
        reading(
            body -> {
              throw new IllegalStateException("nobody thought of it");
            });
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Rejected.class,
            rejected ->
                assertThat(rejected.error().message()).contains("order 7", "nobody thought"));
    await().atMost(Duration.ofSeconds(5)).until(() -> held() == 0);
    assertThatThrownBy(
            () ->
                reading(
                    body -> {
                      throw new OutOfMemoryError("not really");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    await().atMost(Duration.ofSeconds(5)).until(() -> held() == 0);
    assertThat(tiny.client.health().live()).isTrue();
  }

  @Test
  void aCallThatIsNeverEndedIsHeldForNoLongerThanACallMayTake() throws Exception {
    AtomicLong nanos = new AtomicLong();
    QuotaStore store = new QuotaStore(tiny.database);
    Time time = new Time(Clock.systemUTC(), nanos::get, pause -> {});
    try (Leases leases = new Leases(store, time, Duration.ofSeconds(20))) {
      Quota quota =
          new Quota(store, leases, Duration.ofSeconds(1), time, new SimpleMeterRegistry());
      leases.start();
      assertThat(quota.take("default", "detail", 2)).isInstanceOf(Permit.Granted.class);
      double first = held();
      nanos.set(Duration.ofSeconds(19).toNanos());
      await().atMost(Duration.ofSeconds(5)).until(() -> held() > first);
      nanos.set(Duration.ofSeconds(21).toNanos());
      double last = held();
      await()
          .during(Duration.ofMillis(2_500))
          .atMost(Duration.ofSeconds(5))
          .until(() -> held() == last);
    }
  }

  @Test
  void whatEndsTheThreadThatGivesPermitsBackIsSeenInHealth() throws Exception {
    Time broken =
        new Time(
            Clock.systemUTC(),
            System::nanoTime,
            pause -> {
              throw new StackOverflowError("not really");
            });
    HikariDataSource closed = Postgres.samePlace(tiny.database);
    closed.close();
    try (PermitReleaseQueue queue = new PermitReleaseQueue(new QuotaStore(closed), broken)) {
      queue.start();
      assertThat(queue.failure()).isEmpty();
      queue.give(
          new Permit.Granted("default", 1, Instant.EPOCH, new ClockReading(Instant.EPOCH, 0, 0)),
          Feedback.of(Feedback.End.OK));
      await().atMost(Duration.ofSeconds(5)).until(() -> queue.failure().isPresent());
    }
  }

  @Test
  void whatEndsTheThreadThatHoldsCallsIsSeenInHealth() throws Exception {
    AtomicLong nanos = new AtomicLong();
    QuotaStore store = new QuotaStore(tiny.database);
    Time time =
        new Time(
            Clock.systemUTC(),
            () -> {
              if (Thread.currentThread().getName().equals("tiny-quota-leases")) {
                throw new StackOverflowError("not really");
              }
              return nanos.get();
            },
            pause -> {});
    try (Leases leases = new Leases(store, time, Duration.ofSeconds(20))) {
      leases.start();
      await().atMost(Duration.ofSeconds(5)).until(() -> leases.failure().isPresent());
    }
  }

  private Answer<String> reading(ApiCall.Reader<String> reader) throws InterruptedException {
    return tiny.client.make(
        new ApiCall<>(
            "default",
            "detail",
            Priority.DETAIL,
            "order 7",
            true,
            "order 7",
            (api, authorization, journey) -> api.detail(authorization, 7, journey),
            reader));
  }

  private Answer<OrderDetail> detail() {
    return detail(tiny.client);
  }

  private static Answer<OrderDetail> detail(TinyClient client) {
    try {
      return client.detail("default", 7, Priority.DETAIL);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private double held() throws Exception {
    return number(
        "select coalesce(max(extract(epoch from held_until)), 0) from tiny_quota_permit"
            + " where answered_at is null");
  }

  private boolean somebodyWaits() throws Exception {
    return number(
            "select count(*) from pg_stat_activity"
                + " where datname = current_database() and wait_event_type = 'Lock'")
        > 0;
  }

  private double number(String sql) throws Exception {
    try (Connection connection = tiny.database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getDouble(1);
    }
  }
}
