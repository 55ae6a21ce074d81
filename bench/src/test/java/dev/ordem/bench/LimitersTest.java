package dev.ordem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.bench.Terms.Delays;
import dev.ordem.bench.pipeline.process.Database;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The promise about the quota, as the server sees it: real processes, real requests on a road with
 * jitter, processes killed and replaced while they call. Both trials run at the same time, each
 * with a server, a road and a database of its own.
 */
class LimitersTest {
  private static final int LIMIT = 20;
  private static final Terms KILLED_AND_REPLACED =
      new Terms(
          0,
          LIMIT,
          Duration.ofSeconds(2),
          4,
          2,
          3,
          new Delays(Duration.ofMillis(5), Duration.ofMillis(80)),
          4,
          0,
          false);

  private static final Database DATABASE = new Database();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static Future<Finding> ours;
  private static Future<Finding> tokenBuckets;

  @BeforeAll
  static void start() throws Exception {
    DATABASE.start();
    ours = THREADS.submit(new Trial(Contender.ORDEM, KILLED_AND_REPLACED, DATABASE, 1)::run);
    tokenBuckets =
        THREADS.submit(new Trial(Contender.BUCKET4J, KILLED_AND_REPLACED, DATABASE, 1)::run);
  }

  @AfterAll
  static void stop() throws Exception {
    THREADS.shutdownNow();
    DATABASE.close();
  }

  @Test
  void noWindowHoldsMoreThanTheLimitWhenProcessesAreKilledAndReplaced() throws Exception {
    Finding finding = ours.get();

    assertThat(finding.mostInWindow()).isLessThanOrEqualTo(LIMIT);
    assertThat(finding.refused()).isZero();
    assertThat(finding.mostInWindow()).as("the limit was in reach").isGreaterThan(LIMIT / 2);
    assertThat(finding.served()).as("calls while processes die").isGreaterThan(LIMIT / 2);
  }

  @Test
  void theSameTrialCatchesTokenBucketsInTheActOfBreakingTheLimit() throws Exception {
    Finding finding = tokenBuckets.get();

    assertThat(finding.mostInWindow()).isGreaterThan(LIMIT);
  }
}
