package dev.ordem.tiny.account;

import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after tokens and meters every few seconds, so that an idle system stays connected and seen.
 */
final class Keeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);
  private static final long EVERY_MS = 2_000;

  private final TokenStore store;
  private final Tokens tokens;
  private final AccountMeters meters;
  private final CountDownLatch stop = new CountDownLatch(1);
  private @Nullable Thread thread;
  private boolean troubled;

  Keeper(TokenStore store, Tokens tokens, AccountMeters meters) {
    this.store = store;
    this.tokens = tokens;
    this.meters = meters;
  }

  void start() {
    Thread started = new Thread(this::run, "tiny-token-keeper");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void run() {
    try {
      while (!stop.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
        round();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    try {
      for (String account : store.due()) {
        tokens.keepAlive(account);
      }
      meters.refresh();
      troubled = false;
    } catch (SQLException | GeneralSecurityException | RuntimeException e) {
      if (!troubled) {
        log.warn("The tokens cannot be looked after, tried again until it works: {}", e.toString());
      }
      troubled = true;
    }
  }

  /** Stops looking; a renewal that it began goes on by itself. */
  @Override
  public void close() {
    stop.countDown();
    Thread running = thread;
    if (running != null) {
      try {
        running.interrupt();
        running.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
