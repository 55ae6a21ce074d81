package dev.ordem.tiny.account;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.ordem.runtime.Loop;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after tokens and meters every few seconds, so that an idle system stays connected and seen.
 *
 * <p>Its state moves with its thread alone: a round that fails is told and followed by another, a
 * round that works makes that forgotten. An Error, or an interrupt that is not from here, ends the
 * thread for good; {@link #upkeep} tells, and whoever runs this ends the process.
 */
public final class TokenRefresher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TokenRefresher.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Longer than a round takes that waits for a token endpoint or a database in trouble. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private final TokenStore store;
  private final Tokens tokens;
  private final AccountMeters meters;
  private final Clock clock;
  private final Loop rounds = Loop.every(EVERY, "tiny-token-keeper", PATIENCE, this::round);
  private volatile State state = new State(Instant.EPOCH, null);

  /** Written by the keeper's thread once that runs. */
  private record State(Instant lastGood, @Nullable String failure) {}

  /**
   * How the tokens of an idle process are looked after.
   *
   * @param live whether the thread that does it runs; false: it died, which cannot be mended here
   * @param problem why tokens are not looked after, in words; null: they are
   * @param age how long ago they were looked after last, or the process began
   */
  public record Health(boolean live, @Nullable String problem, Duration age) {}

  TokenRefresher(TokenStore store, Tokens tokens, AccountMeters meters, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.meters = meters;
    this.clock = clock;
  }

  void start() {
    state = new State(clock.instant(), null);
    rounds.start();
  }

  private void round() throws InterruptedException {
    String failure = null;
    try {
      for (String account : store.due()) {
        String one = keep(account);
        failure = failure == null ? one : failure;
      }
      meters.refresh(tokens.troubles());
    } catch (SQLException | RuntimeException e) {
      failure = e.toString();
    }
    if (failure != null && state.failure() == null) {
      log.warn("The tokens cannot be looked after, tried again until it works: {}", failure);
    }
    state = new State(failure == null ? clock.instant() : state.lastGood(), failure);
  }

  /** One account must not keep the others from being renewed; what is wrong with it, or null. */
  private @Nullable String keep(String account) throws InterruptedException {
    try {
      tokens.keepAlive(account);
      return null;
    } catch (GeneralSecurityException e) { // says no more than: decryption failed
      return "account " + account + " cannot be decrypted with ORDEM_SECRET_KEY";
    } catch (SQLException | RuntimeException e) {
      return "account " + account + ": " + e;
    }
  }

  /** How it goes; from any thread. */
  Health upkeep() {
    State now = state;
    Optional<Throwable> death = rounds.failure();
    Duration age = Duration.between(now.lastGood(), clock.instant());
    String last = "the last round without trouble was at " + now.lastGood().truncatedTo(SECONDS);
    if (death.isPresent()) {
      return new Health(false, last + "; the thread was ended by " + death.get(), age);
    }
    if (now.failure() != null) {
      return new Health(true, last + ", tried again every 2 s: " + now.failure(), age);
    }
    boolean stuck = age.compareTo(LONG) > 0;
    return new Health(true, stuck ? last + "; the one after it has not ended" : null, age);
  }

  /** Stops looking; a renewal that it began goes on by itself. */
  @Override
  public void close() {
    rounds.close();
  }
}
