package dev.ordem.detail.ledger.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a partition is looked at, by what it asks Kafka Streams for. */
final class RhythmTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private final MockProcessorContext<String, Object> streams = new MockProcessorContext<>();
  private final List<String> looks = new ArrayList<>();
  private final Rhythm rhythm =
      new Rhythm(streams, () -> looks.add("tick"), () -> looks.add("report"), START);

  @Test
  void beginsAwake() {
    assertThat(intervals()).containsExactly(Duration.ofMillis(100), Duration.ofSeconds(1));
  }

  @Test
  void restsOnceWhatChangedIsTold() {
    rhythm.idle(START.plusSeconds(3));
    assertThat(intervals()).hasSize(2);

    rhythm.idle(START.plusSeconds(4));
    rhythm.idle(START.plusSeconds(5));

    assertThat(intervals()).hasSize(1);
    due().get(0).getPunctuator().punctuate(0);
    assertThat(looks).as("a look at rest leaves nothing out").containsExactly("tick", "report");
    assertThat(intervals()).containsExactly(Rhythm.REST);
    due().get(0).getPunctuator().punctuate(0);
    assertThat(looks).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {4_000, 4_001, 9_999, 10_000, 12_345})
  void allThatRestAreLookedAtAtTheSameMoments(long millis) {
    Instant now = START.plusMillis(millis);
    rhythm.idle(now);

    Duration first = intervals().get(0);
    assertThat(first).isPositive().isLessThanOrEqualTo(Rhythm.REST);
    assertThat(now.plus(first).toEpochMilli() % Rhythm.REST.toMillis()).isZero();
  }

  @Test
  void whatWakesBeforeTheFirstLookAtRestIsAwake() {
    rhythm.idle(START.plusSeconds(4));
    rhythm.busy(START.plusSeconds(5));

    assertThat(intervals()).containsExactly(Duration.ofMillis(100), Duration.ofSeconds(1));
  }

  @Test
  void wakesAtOnceAndLingersAnew() {
    rhythm.idle(START.plusSeconds(4));
    rhythm.busy(START.plusSeconds(60));
    assertThat(intervals()).containsExactly(Duration.ofMillis(100), Duration.ofSeconds(1));

    rhythm.idle(START.plusSeconds(62));
    assertThat(intervals()).hasSize(2);
    rhythm.idle(START.plusSeconds(64));
    assertThat(intervals()).hasSize(1);
  }

  private List<CapturedPunctuator> due() {
    return streams.scheduledPunctuators().stream().filter(each -> !each.cancelled()).toList();
  }

  private List<Duration> intervals() {
    return due().stream().map(CapturedPunctuator::getInterval).toList();
  }
}
