package dev.ordem.tiny.quota;

import static dev.ordem.tiny.quota.SimulatedQuota.answered;
import static dev.ordem.tiny.quota.SimulatedQuota.throttled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.quota.Feedback.End;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The account is nearly or wholly used up, perhaps by another application: who goes, and when. */
class IncidentTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static SimulatedQuota quota;

  /** 12:00:17.250 by the database's clock. */
  private Instant now = Events.START;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  @BeforeEach
  void forget() throws Exception {
    now = Events.START;
    quota.reset(now, "a", new QuotaLimits(4, 30, MINUTE, 0));
  }

  @Test
  void theLastThreeOfAWindowGoOneByOne() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(answered(30, 3, 30.0));
    for (int left = 2; left >= 0; left--) {
      QuotaStore.Decision one = permit();
      assertThat(one.granted()).isTrue();
      assertThat(permit().granted()).as("another takes one meanwhile").isFalse();
      quota.release(now, "a", one, answered(30, left, 30.0));
    }
    assertThat(permit().pause()).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void afterAClosureOneCallGoesFirstAndTheOthersWhenItWasServed() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    QuotaStore.Decision before = permit();
    now = now.plusMillis(1);
    call(throttled(12.0));
    now = now.plusMillis(13_250);
    QuotaStore.Decision first = permit();
    assertThat(first.granted()).isTrue();
    assertThat(permitsNow()).isZero();
    quota.release(now, "a", before, answered(30, 20, 46.0));
    assertThat(permitsNow()).as("what was asked for before tells nothing").isZero();
    quota.release(now, "a", first, Feedback.of(End.FAILED));
    QuotaStore.Decision second = permit();
    assertThat(permitsNow()).isZero();
    quota.release(now, "a", second, answered(30, 20, 50.0));
    assertThat(permitsNow()).isEqualTo(20);
  }

  @Test
  void callsThatWereUnderWayTogetherDrawOneIncident() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    List<QuotaStore.Decision> together = List.of(permit(), permit(), permit(), permit());
    for (QuotaStore.Decision one : together) {
      now = now.plusMillis(20);
      quota.release(now, "a", one, Feedback.of(End.THROTTLED));
    }
    assertThat(permit().pause()).isEqualTo(Duration.ofMillis(60_000 - 17_330 + 1_000));
    now = now.plus(permit().pause());
    assertThat(text("select starved_at from tiny_quota")).as("nobody else is blamed").isNull();
    call(Feedback.of(End.OK));
    QuotaStore.Decision next = permit();
    assertThat(next.granted()).isTrue();
    assertThat(permit().granted()).as("one by one, as the server gives no word").isFalse();
    quota.release(now, "a", next, answered(30, 20, 30.0));
    assertThat(permitsNow()).isEqualTo(20);
  }

  @Test
  void anAccountWhoseQuotaAnotherEatsWholeSaysSoAndSinceWhen() throws Exception {
    call(throttled(40.0));
    call(throttled(58.0));
    assertThat(starved()).as("once may be chance").isNull();
    call(throttled(58.0));
    assertThat(starved())
        .contains("another application", "since 2026-03-01T12:00:17Z", "asked again at");
    call(Feedback.of(End.OK));
    assertThat(starved()).isNull();
  }

  @Test
  void a429JustAfterOpeningClosesForAMomentOnly() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(Feedback.of(End.THROTTLED));
    now = now.plusMillis(44_000);
    QuotaStore.Decision early = permit();
    now = now.plusMillis(1);
    quota.release(now, "a", early, Feedback.of(End.THROTTLED));
    assertThat(permit().pause()).isEqualTo(Duration.ofSeconds(3));
  }

  /** As of an order that is always refused so, whatever is left. */
  @Test
  void a429ThatSaysThatSomethingIsLeftClosesForAMomentOnly() throws Exception {
    quota.reset(now, "a", new QuotaLimits(4, 60, MINUTE, 0));
    for (int order = 0; order < 5; order++) {
      call(new Feedback(End.THROTTLED, 60, 33, 41.0, Duration.ZERO, null));
      assertThat(permit().pause()).isLessThanOrEqualTo(Duration.ofMillis(2_250));
      call(Feedback.of(End.OK));
    }
    assertThat(starved()).isNull();
  }

  private QuotaStore.Decision permit() throws Exception {
    return quota.permit(now, "a", 2);
  }

  private void call(Feedback feedback) throws Exception {
    QuotaStore.Decision permit = permit();
    while (!permit.granted()) {
      now = now.plus(permit.pause());
      permit = permit();
    }
    quota.release(now, "a", permit, feedback);
  }

  private int permitsNow() throws Exception {
    int count = 0;
    while (permit().granted()) {
      count++;
    }
    return count;
  }

  private static @Nullable String text(String sql) throws Exception {
    try (Connection connection = quota.database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private @Nullable String starved() throws Exception {
    return quota.state("a").problem();
  }
}
