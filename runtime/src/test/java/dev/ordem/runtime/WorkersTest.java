package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static void fail() {
    throw new StackOverflowError("of the test");
  }

  @Test
  void anErrorOfATaskIsSeenAndOthersAreCarriedOut() throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    try (Workers workers = new Workers("few", 1, PATIENCE)) {
      assertThat(workers.health().live()).isTrue();
      workers.execute(WorkersTest::fail);
      workers.execute(other::countDown);
      other.await();
      assertThat(workers.health().live()).isFalse();
      assertThat(workers.health().details().toString()).contains("few", "StackOverflowError");
    }
  }

  @Test
  void anErrorOfATaskThatCameLaterIsSeen() {
    try (Workers workers = new Workers("few", 1, PATIENCE)) {
      workers.execute(Duration.ofMillis(5), WorkersTest::fail);
      await().until(() -> workers.failure().isPresent());
    }
  }

  @Test
  void anExceptionIsHandedOverAndAnErrorIsSeenAsWell() {
    try (Workers workers = new Workers("few", 2, PATIENCE)) {
      assertThat(workers.submit(() -> 7).join()).isEqualTo(7);
      assertThatThrownBy(
              () ->
                  workers
                      .submit(
                          () -> {
                            throw new IOException("known");
                          })
                      .get())
          .hasCauseInstanceOf(IOException.class);
      assertThat(workers.failure()).isEmpty();
      assertThatThrownBy(
              () ->
                  workers
                      .submit(
                          () -> {
                            fail();
                            return 7;
                          })
                      .get())
          .hasCauseInstanceOf(StackOverflowError.class);
      await().until(() -> !workers.health().live());
    }
  }

  @Test
  void whatWasTakenIsDoneBeforeItIsClosed() {
    AtomicInteger done = new AtomicInteger();
    Workers workers = new Workers("few", 1, PATIENCE);
    for (int i = 0; i < 20; i++) {
      workers.execute(done::incrementAndGet);
    }
    workers.close();
    assertThat(done).hasValue(20);
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> workers.execute(done::incrementAndGet));
  }

  @Test
  void aTaskThatDoesNotEndIsInterruptedAndThatIsNoFailure() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Workers workers = new Workers("few", 1, Duration.ofMillis(200));
    workers.execute(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    begun.await();
    assertThat(workers.finish()).isFalse();
    workers.close();
    interrupted.await();
    assertThat(workers.failure()).isEmpty();
  }
}
