package dev.ordem.detail.ledger;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.group.ClockSetBackException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadDeathsTest {
  private Instant now = Given.T0;
  private final InstantSource clock = () -> now;
  private final ThreadDeaths deaths = new ThreadDeaths(clock.withZone(ZoneOffset.UTC));

  @Test
  void aThreadThatDiesOfAbsentBrokersIsReplaced() {
    assertThat(deaths.handle(new StreamsException("x", new TimeoutException("away"))))
        .isEqualTo(REPLACE_THREAD);
  }

  @Test
  void whatWillNotPassEndsTheLedger() {
    assertThat(deaths.handle(new IllegalStateException("a defect"))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(deaths.handle(new StreamsException("x", new TopicAuthorizationException("no"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void whatFollowsFromAbsentBrokersPasses() {
    KafkaException stuck =
        new KafkaException("cannot execute transactional method", new TimeoutException("away"));
    assertThat(deaths.handle(new StreamsException("x", stuck))).isEqualTo(REPLACE_THREAD);
    assertThat(deaths.handle(new KafkaException("invalid state"))).isEqualTo(REPLACE_THREAD);
  }

  @Test
  void whatIsTooLargeOrOfANewerVersionEndsTheLedger() {
    assertThat(deaths.handle(new StreamsException("x", new RecordTooLargeException("1.2 MB"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(deaths.handle(new StreamsException("x", new SerializationException("version 9"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void threadsThatDieOverAndOverEndTheLedger() {
    for (int death = 0; death < 10; death++) {
      assertThat(deaths.handle(new TimeoutException("away"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(deaths.handle(new TimeoutException("away"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void deathsOfBeforeAStepOfTheClockDoNotCount() {
    for (int hour : new int[] {1, 0, -1}) { // it was ahead, is right, is set back
      now = Given.T0.plus(Duration.ofHours(hour));
      for (int death = 0; death < 10; death++) {
        assertThat(deaths.handle(new TimeoutException("away"))).isEqualTo(REPLACE_THREAD);
      }
    }
    assertThat(deaths.handle(new TimeoutException("away"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void aClockThatIsSetBackEndsAnyNumberOfThreadsAndNoLedger() {
    for (int thread = 0; thread < 40; thread++) {
      assertThat(deaths.handle(new StreamsException("poll", new ClockSetBackException())))
          .isEqualTo(REPLACE_THREAD);
    }
    assertThat(deaths.handle(new TimeoutException("away"))).isEqualTo(REPLACE_THREAD);
  }
}
