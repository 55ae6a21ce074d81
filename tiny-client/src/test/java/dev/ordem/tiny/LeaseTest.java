package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a call holds its slots, and what becomes of one whose permit ran out. */
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
  void aSlowCallKeepsItsSlotWhileItsProcessLives() throws Exception {
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
              Answer.Later.class, later -> assertThat(later.reason()).isEqualTo("quota"));
      assertThat(tiny.apiCalls).hasValue(1);
      assertThat(detail(client)).isInstanceOf(Answer.Ok.class);
    }
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
        "select coalesce(max(extract(epoch from free_at)), 0) from tiny_quota_slot"
            + " where lease is not null");
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
