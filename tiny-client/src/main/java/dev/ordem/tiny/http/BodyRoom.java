package dev.ordem.tiny.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the body of one answer, until its values are made.
 *
 * <p>A body may have 8 MiB, and takes eleven times that while its values are made, if one of its
 * characters is none of Latin-1: as many at once as there are threads would end the process, and
 * again after each restart, for the same orders are asked for first. So of bodies of more than
 * {@value #SMALL} bytes a process holds {@value #HELD} at a time, and makes values of one: some 150
 * MB for all of its clients, threads and accounts together. Those that wait keep nobody else
 * waiting: Tiny's pages have some 100 KiB, its details less. To make values takes no call, so that
 * wait is short; the one before it lasts as long as a call may take, at most.
 *
 * <p>Used by one thread, and closed when the values are made.
 */
public final class BodyRoom implements AutoCloseable {
  static final int SMALL = 256 << 10;
  static final int HELD = 8;

  /** Memory is the process's, whoever calls: these are, too. */
  private static final Semaphore HOLDING = new Semaphore(HELD, true);

  private static final Semaphore MAKING = new Semaphore(1, true);

  private final long until;
  private boolean holds;
  private boolean makes;

  /**
   * Takes nothing yet.
   *
   * @param most how long a call may take, from now on
   */
  BodyRoom(Duration most) {
    this.until = System.nanoTime() + most.toNanos();
  }

  /**
   * Reads a body.
   *
   * @return null if it has more than {@code most} bytes
   * @throws InterruptedIOException if there was no room for it for as long as a call may take
   */
  byte @Nullable [] read(InputStream stream, int most) throws IOException, InterruptedException {
    Buffer read = new Buffer();
    BufferedSource body = Okio.buffer(Okio.source(stream));
    while (read.size() <= most && body.read(read, 8 << 10) >= 0) {
      if (read.size() > SMALL && !holds) {
        hold();
      }
    }
    if (read.size() > most) {
      return null;
    }
    if (holds) {
      MAKING.acquire();
      makes = true;
    }
    return read.readByteArray();
  }

  private void hold() throws IOException, InterruptedException {
    if (!HOLDING.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedIOException("timeout: other large bodies take all room for these");
    }
    holds = true;
  }

  @Override
  public void close() {
    if (makes) {
      makes = false;
      MAKING.release();
    }
    if (holds) {
      holds = false;
      HOLDING.release();
    }
  }
}
