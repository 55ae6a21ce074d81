package dev.ordem.sink.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StalledRowTest {
  private long seconds;
  private final StalledRow row =
      new StalledRow(Duration.ofSeconds(45), () -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void aRowThatStaysTheFirstIsToldOnceInEverLongerWhiles() {
    assertThat(row.stays(7L)).isFalse();
    assertThat(staysAfter(44, 7L)).isFalse();
    assertThat(staysAfter(1, 7L)).isTrue();
    assertThat(row.stands()).isTrue();
    assertThat(staysAfter(89, 7L)).isFalse();
    assertThat(row.stands()).isTrue();
    assertThat(staysAfter(1, 7L)).isTrue();
    assertThat(staysAfter(90, 7L)).isFalse();
  }

  @Test
  void rowsThatGetThroughOneByOneDoNotStay() {
    for (long first = 1; first < 10; first++) {
      assertThat(staysAfter(40, first)).isFalse();
    }
    assertThat(row.stands()).isFalse();
  }

  @Test
  void anEmptyOutboxAndOneThatNobodyKnowsBeginAnew() {
    assertThat(row.stays(7L)).isFalse();
    assertThat(staysAfter(44, null)).isFalse();
    assertThat(staysAfter(44, 7L)).isFalse();
    assertThat(staysAfter(44, 7L)).isFalse();
    assertThat(staysAfter(1, 7L)).isTrue();
    assertThat(staysAfter(1, null)).isFalse();
    assertThat(row.stands()).isFalse();
  }

  private boolean staysAfter(long pause, @Nullable Long first) {
    seconds += pause;
    return row.stays(first);
  }
}
