package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  @Test
  void aLoopThatIsToldToStopHasNotFailed() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Loop loop =
        new Loop(
            "loop",
            Duration.ofSeconds(10),
            on -> {
              while (on.getAsBoolean()) {
                running.countDown();
                Thread.onSpinWait();
              }
            });
    loop.start();
    running.await();
    loop.close();
    assertThat(loop.failure()).isEmpty();
    assertThat(loop.health().live()).isTrue();
  }

  @Test
  void aBlockedLoopIsInterrupted() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Loop loop =
        new Loop(
            "loop",
            PATIENCE,
            on -> {
              try {
                running.countDown();
                new CountDownLatch(1).await();
              } finally {
                interrupted.countDown();
              }
            });
    loop.start();
    running.await();
    loop.close();
    interrupted.await();
    assertThat(loop.failure()).isEmpty();
  }

  @Test
  void anExceptionAndAnEarlyReturnAreSeen() {
    Loop thrower =
        new Loop(
            "thrower",
            PATIENCE,
            on -> {
              throw new IllegalStateException("boom");
            });
    Loop leaver = new Loop("leaver", PATIENCE, on -> {});
    thrower.start();
    leaver.start();
    await()
        .untilAsserted(
            () -> {
              assertThat(thrower.health().live()).isFalse();
              assertThat(thrower.health().details()).containsKey("thrower");
              assertThat(leaver.health().live()).isFalse();
            });
    thrower.close();
    leaver.close();
  }

  @Test
  void anErrorOfARoundEndsAPeriodicLoop() {
    AtomicInteger rounds = new AtomicInteger();
    Loop loop =
        Loop.every(
            Duration.ofMillis(1),
            "periodic",
            PATIENCE,
            () -> {
              if (rounds.incrementAndGet() == 3) {
                throw new NoClassDefFoundError("of the test");
              }
            });
    loop.start();
    await().until(() -> !loop.health().live());
    assertThat(loop.health().details().toString()).contains("NoClassDefFoundError: of the test");
    assertThat(rounds).hasValue(3);
    loop.close();
  }

  @Test
  void aPauseEndsWhenTheLoopIsToldToStop() {
    Loop loop = Loop.every(Duration.ofHours(1), "periodic", Duration.ofHours(1), () -> {});
    loop.start();
    assertTimeoutPreemptively(Duration.ofSeconds(20), loop::close);
    assertThat(loop.failure()).isEmpty();
  }
}
