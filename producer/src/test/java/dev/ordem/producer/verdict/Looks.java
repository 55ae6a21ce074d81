package dev.ordem.producer.verdict;

import static org.awaitility.Awaitility.await;

import dev.ordem.producer.runs.HeldRun;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Looks of a judge, one after the other. */
final class Looks {
  private Looks() {}

  /** Returns when {@code condition} holds after one of them. */
  static void until(Judge judge, HeldRun run, Callable<Boolean> condition) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              judge.look(run);
              return condition.call();
            });
  }
}
