package dev.ordem.bench;

import dev.failsafe.RateLimiterBuilder;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BlockingBucket;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConfigurationBuilder;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/**
 * The limiters of others, set up the way their documentation does, both windows at once. One that
 * knows only its own process gets its share of the limit.
 *
 * @param perSecond limit of a second for all processes; 0: none
 * @param limit of a window for all processes
 * @param processes that share the limits
 */
record Peers(int perSecond, int limit, Duration window, int processes) {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration FOR_EVER = Duration.ofHours(1);

  /** A limiter: returns when one call may be made. */
  @FunctionalInterface
  interface Gate {
    void pass() throws InterruptedException;
  }

  Gate gate(Contender contender, DataSource dataSource) {
    return switch (contender) {
      case ORDEM -> throw new IllegalArgumentException("Ordem's limiter is no peer of its own");
      case RESILIENCE4J -> resilience4j();
      case BUCKET4J -> passing(bucket());
      case BUCKET4J_POSTGRES -> passing(sharedBucket(dataSource, false));
      case BUCKET4J_POSTGRES_EVEN -> passing(sharedBucket(dataSource, true));
      case FAILSAFE_SMOOTH -> failsafe(dev.failsafe.RateLimiter::smoothBuilder);
      case FAILSAFE_BURSTY -> failsafe(dev.failsafe.RateLimiter::burstyBuilder);
    };
  }

  private Gate resilience4j() {
    return both(
        (most, time) -> {
          RateLimiter limiter =
              RateLimiter.of(
                  "tiny",
                  RateLimiterConfig.custom()
                      .limitForPeriod(most)
                      .limitRefreshPeriod(time)
                      .timeoutDuration(FOR_EVER)
                      .build());
          return () -> {
            if (!limiter.acquirePermission()) {
              throw new InterruptedException("resilience4j gave no permission");
            }
          };
        });
  }

  private Gate failsafe(BiFunction<Long, Duration, RateLimiterBuilder<Object>> kind) {
    return both(
        (most, time) -> {
          dev.failsafe.RateLimiter<Object> limiter = kind.apply((long) most, time).build();
          return limiter::acquirePermit;
        });
  }

  private Gate both(BiFunction<Integer, Duration, Gate> single) {
    List<Gate> gates = new ArrayList<>();
    gates.add(single.apply(share(limit), window));
    if (perSecond > 0) {
      gates.add(single.apply(share(perSecond), SECOND));
    }
    return () -> {
      for (Gate gate : gates) {
        gate.pass();
      }
    };
  }

  private BlockingBucket bucket() {
    LocalBucketBuilder bucket = Bucket.builder().addLimit(bandwidth(share(limit), window));
    if (perSecond > 0) {
      bucket.addLimit(bandwidth(share(perSecond), SECOND));
    }
    return bucket.build().asBlocking();
  }

  private BlockingBucket sharedBucket(DataSource dataSource, boolean even) {
    ConfigurationBuilder limits = BucketConfiguration.builder();
    if (even) {
      limits.addLimit(bandwidth(1, window.dividedBy(limit)));
    } else {
      limits.addLimit(bandwidth(limit, window));
      if (perSecond > 0) {
        limits.addLimit(bandwidth(perSecond, SECOND));
      }
    }
    BucketConfiguration configuration = limits.build();
    return Bucket4jPostgreSQL.selectForUpdateBasedBuilder(dataSource)
        .build()
        .builder()
        .build(1L, () -> configuration)
        .asBlocking();
  }

  private static Bandwidth bandwidth(int most, Duration time) {
    return Bandwidth.builder().capacity(most).refillGreedy(most, time).build();
  }

  private static Gate passing(BlockingBucket bucket) {
    return () -> bucket.consume(1);
  }

  /** Rounded down, so that the shares together stay within the limit. */
  private int share(int whole) {
    if (whole < processes) {
      throw new IllegalArgumentException(
          "a limit of %d cannot be shared by %d processes".formatted(whole, processes));
    }
    return whole / processes;
  }
}
