package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.verdict.Judgement;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Error, which nobody deals with, in each kind of thread that works on runs. */
class RunDispatcherTest {
  @TempDir static Path directory;
  private static Producers producers;

  @BeforeAll
  static void start() throws Exception {
    producers = new Producers(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    producers.stop();
  }

  @BeforeEach
  void clear() throws Exception {
    producers.database().clear();
  }

  @Test
  void anErrorWhileHeadersAreReadEndsTheProcess() throws Exception {
    dies(
        (account, query) -> {
          throw new StackOverflowError("of the test");
        },
        run -> new Judgement.Waits(Duration.ofHours(1)),
        "run-headers");
  }

  @Test
  void anErrorWhileARunIsJudgedEndsTheProcess() throws Exception {
    dies(
        FakeTiny.holding(3),
        run -> {
          throw new StackOverflowError("of the test");
        },
        "run-verdicts");
  }

  private static void dies(PageReader tiny, RunWorker.Judging judge, String thread)
      throws Exception {
    RunComponents parts =
        producers.start(tiny, judge, Duration.ofSeconds(5), RunDispatcher.Rhythm.NORMAL);
    try (parts) {
      assertThat(parts.health().live()).isTrue();
      producers.database().run("'full', 'loja'");
      await().atMost(HeadersTopic.PATIENCE).until(() -> !parts.health().live());
      assertThat(parts.health().details().get(thread)).contains("StackOverflowError: of the test");
    }
  }
}
