package dev.ordem.producer;

import dev.ordem.contract.RunState;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each account that has a run to read one reader: the runs of an account are read one after
 * the other, so that each begins where the last one's knowledge ends; accounts do not wait for each
 * other. Thread safe.
 */
final class Readers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final int MOST_ACCOUNTS_AT_ONCE = 64;
  private static final int PATIENCE_SECONDS = 3;

  private final RunBook book;
  private final RunReader.Source source;
  private final ExecutorService pool;
  private final Map<String, Busy> byAccount = new HashMap<>();
  private boolean closed;

  Readers(RunBook book, RunReader.Source source) {
    this.book = book;
    this.source = source;
    this.pool =
        Executors.newFixedThreadPool(MOST_ACCOUNTS_AT_ONCE, task -> new Thread(task, "pages"));
  }

  /** Starts what can be started. To be called whenever a run may have become readable. */
  synchronized void look() {
    if (closed) {
      return;
    }
    for (RunState run : book.toRead()) {
      byAccount.computeIfAbsent(run.account(), account -> start(run));
    }
  }

  /** Wakes the reader of a run that was cancelled, if it has one. */
  synchronized void stop(UUID runId) {
    byAccount.values().stream()
        .filter(busy -> busy.runId().equals(runId))
        .forEach(busy -> busy.reader().stop());
  }

  /** Tells all readers to stop and waits for the page each may be reading. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      byAccount.values().forEach(busy -> busy.reader().stop());
      pool.shutdown();
    }
    try {
      if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        pool.shutdownNow();
        if (!pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          LOG.warn("a page is still being read; it will not be written");
        }
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private Busy start(RunState run) {
    RunReader reader = new RunReader(book, source, run.runId());
    pool.execute(() -> read(run.account(), reader));
    return new Busy(run.runId(), reader);
  }

  private void read(String account, RunReader reader) {
    boolean goOn = true;
    try {
      reader.run();
    } catch (InterruptedException e) {
      goOn = false;
      Thread.currentThread().interrupt();
    } catch (Transactions.Broken e) {
      goOn = false;
      LOG.debug("a reader of {} ends", account, e);
    } catch (RuntimeException e) {
      LOG.error("reading {} failed in a way nobody thought of", account, e);
      goOn = crashed(reader, e);
    } finally {
      synchronized (this) {
        byAccount.remove(account);
      }
    }
    if (goOn) {
      look();
    }
  }

  private static boolean crashed(RunReader reader, RuntimeException cause) {
    try {
      return reader.giveUp("a fault of Ordem: " + cause);
    } catch (Transactions.Broken e) {
      return false;
    }
  }

  private record Busy(UUID runId, RunReader reader) {}
}
