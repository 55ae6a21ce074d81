package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StandStillTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
  private static final UUID RUN = new UUID(1, 2);

  private final StandStill still = new StandStill(Duration.ofHours(1));

  @Test
  void ofWhatIsFoundAtFirstTheRowsWordIsTaken() {
    assertThat(among(NOW, 0)).containsExactly(RUN);
    assertThat(among(NOW.plusSeconds(1), 0)).isEmpty();
  }

  @Test
  void aRunThatEndsAndComesAgainIsAnotherOne() {
    assertThat(still.among(Map.of(), 0)).isEmpty();
    assertThat(among(NOW, 1)).isEmpty();
    assertThat(still.among(Map.of(), 60)).isEmpty();
    assertThat(among(NOW, 61)).isEmpty();
    assertThat(among(NOW, 121)).containsExactly(RUN);
  }

  /** One run, that moves in some minutes, to moments of which nobody knows anything. */
  @Property
  void itStandsStillOnceItWasSeenNotToMoveForAnHour(
      @ForAll @Size(max = 300) List<@IntRange(min = -40, max = 40) Integer> moves) {
    StandStill seen = new StandStill(Duration.ofHours(1));
    seen.among(Map.of(), 0);
    Instant progressedAt = NOW;
    int movedAt = 1;
    for (int minute = 1; minute <= moves.size(); minute++) {
      int move = moves.get(minute - 1);
      if (move % 40 == 0 && move != 0) {
        progressedAt = progressedAt.plus(Duration.ofHours(move));
        movedAt = minute;
      }
      UUID[] found = seen.among(Map.of(RUN, progressedAt), Duration.ofMinutes(minute).toNanos());
      assertThat(found.length == 1).isEqualTo(minute - movedAt >= 60);
    }
  }

  private UUID[] among(Instant progressedAt, int minute) {
    return still.among(Map.of(RUN, progressedAt), Duration.ofMinutes(minute).toNanos());
  }
}
