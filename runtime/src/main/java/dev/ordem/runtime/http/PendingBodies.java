package dev.ordem.runtime.http;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request in when its body is there, so that no thread ever waits for one: who sends a head
 * and keeps the body back holds a socket, and nothing that others need. Thread safe.
 *
 * <p>Such requests are few, of each address and in all, and none waits for long.
 */
final class PendingBodies extends Handler.Wrapper {
  static final int MOST_OF_AN_ADDRESS = 32;
  private static final int MOST = 64;

  private final long largest;
  private final Duration patience;
  private final Map<String, Integer> pending = new HashMap<>();
  private int total;

  /**
   * Does no I/O.
   *
   * @param largest bytes of a body
   * @param patience how long all of it may take
   */
  PendingBodies(long largest, Duration patience) {
    this.largest = largest;
    this.patience = patience;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (request.getLength() > largest) {
      refuse(request, response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413);
      return true;
    }
    boolean none = request.getLength() == 0;
    boolean unsaid = !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    if (none || (request.getLength() < 0 && unsaid)) {
      return super.handle(request, response, callback);
    }
    new Body(request, response, callback).read();
    return true;
  }

  private static void refuse(Request request, Response response, Callback callback, int status) {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Response.writeError(request, response, callback, status);
  }

  private synchronized boolean admits(String address) {
    int already = pending.getOrDefault(address, 0);
    if (total >= MOST || already >= MOST_OF_AN_ADDRESS) {
      return false;
    }
    pending.put(address, already + 1);
    total++;
    return true;
  }

  private synchronized void leaves(String address) {
    pending.computeIfPresent(address, (who, n) -> n == 1 ? null : n - 1);
    total--;
  }

  private static String address(Request request) {
    SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
    return remote instanceof InetSocketAddress known && known.getAddress() != null
        ? known.getAddress().getHostAddress()
        : String.valueOf(remote);
  }

  /** The body of one request. */
  private final class Body {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String address;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Scheduler.@Nullable Task deadline;
    private boolean over;

    Body(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.address = address(request);
    }

    void read() {
      int status = arrived();
      if (status == HttpStatus.OK_200) {
        letIn();
      } else if (status > 0) {
        refuse(request, response, callback, status);
      }
    }

    /** The status that what is there leads to; 0: there is more to come, or it is too late. */
    private synchronized int arrived() {
      while (!over) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          return waits() ? 0 : end(HttpStatus.SERVICE_UNAVAILABLE_503);
        }
        if (Content.Chunk.isFailure(chunk)) {
          boolean known = chunk.getFailure() instanceof HttpException;
          return end(
              known ? ((HttpException) chunk.getFailure()).getCode() : HttpStatus.BAD_REQUEST_400);
        }
        keep(chunk);
        if (bytes.size() > largest) {
          return end(HttpStatus.PAYLOAD_TOO_LARGE_413);
        }
        if (chunk.isLast()) {
          return end(HttpStatus.OK_200);
        }
      }
      return 0;
    }

    private void keep(Content.Chunk chunk) {
      byte[] more = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(more);
      bytes.writeBytes(more);
      chunk.release();
    }

    private boolean waits() {
      if (deadline == null) {
        if (!admits(address)) {
          return false;
        }
        Scheduler scheduler = request.getComponents().getScheduler();
        deadline = scheduler.schedule(this::tooLate, patience.toMillis(), TimeUnit.MILLISECONDS);
      }
      request.demand(this::read);
      return true;
    }

    private void tooLate() {
      synchronized (this) {
        if (over) {
          return;
        }
        end(HttpStatus.REQUEST_TIMEOUT_408);
      }
      refuse(request, response, callback, HttpStatus.REQUEST_TIMEOUT_408);
    }

    private int end(int status) {
      over = true;
      if (deadline != null) {
        deadline.cancel();
        leaves(address);
      }
      return status;
    }

    private void letIn() {
      try {
        Request whole = new Whole(request, ByteBuffer.wrap(bytes.toByteArray()));
        if (!PendingBodies.super.handle(whole, response, callback)) {
          refuse(request, response, callback, HttpStatus.NOT_FOUND_404);
        }
      } catch (Exception e) {
        Response.writeError(request, response, callback, e);
      }
    }
  }

  /** A request whose body is there. */
  private static final class Whole extends Request.Wrapper {
    private final Content.Source body;

    Whole(Request request, ByteBuffer body) {
      super(request);
      this.body = new ByteBufferContentSource(body);
    }

    @Override
    public Content.@Nullable Chunk read() {
      return body.read();
    }

    @Override
    public void demand(Runnable demandCallback) {
      body.demand(demandCallback);
    }

    @Override
    public void fail(Throwable failure) {
      body.fail(failure);
    }
  }
}
