package dev.ordem.tiny.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.ResponseBody;
import okio.Buffer;
import retrofit2.Call;
import retrofit2.Response;
import retrofit2.Retrofit;

/**
 * Sends one request for one permit: nothing in here ever repeats a request, follows a redirect, or
 * reads more of a body than {@link #MOST_BYTES}, of an error's than 64 KiB. The call timeout covers
 * the body too.
 */
public final class Http implements AutoCloseable {
  /** A page of 100 headers is some 100 KiB; a body beyond this is no answer of Tiny. */
  static final int MOST_BYTES = 8 << 20;

  /** Of the body of an error people are shown the beginning. */
  private static final int MOST_ERROR_BYTES = 64 << 10;

  /** What an error says is worth no longer wait: its status is known. */
  private static final Duration MOST_ERROR_TIME = Duration.ofSeconds(2);

  /**
   * Shorter than any server keeps an idle connection. A request on one that the server has closed
   * in the meantime fails after it took its permit, and is not repeated without another.
   */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /**
   * All calls share a connection of HTTP/2. One that carries nothing any more would be kept for as
   * long as anybody calls: OkHttp takes a call that runs out of its own time for the call's fault.
   * Answered pings tell; whoever waits on a connection that answers none is told so after two.
   */
  private static final Duration PING = Duration.ofSeconds(3);

  private static final int PROXY_STATUS = 407;

  /** No server can send it: a status has three digits. */
  private static final int HIDDEN = 4_070;

  private final Duration callTimeout;
  private final OkHttpClient client;
  private final TinyApi api;

  public Http(URI apiUrl, Duration callTimeout) {
    this.callTimeout = callTimeout;
    client =
        new OkHttpClient.Builder()
            .socketFactory(new QuickAckSocketFactory())
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .callTimeout(callTimeout)
            .connectTimeout(callTimeout)
            .readTimeout(callTimeout)
            .writeTimeout(callTimeout)
            .pingInterval(PING.toMillis(), TimeUnit.MILLISECONDS)
            .connectionPool(new ConnectionPool(32, IDLE.toSeconds(), TimeUnit.SECONDS))
            .eventListenerFactory(call -> RequestTag.LISTENER)
            .addInterceptor(Http::boundErrorBodies)
            .addInterceptor(Http::showProxyStatus)
            .addNetworkInterceptor(new UsedOnce())
            .addNetworkInterceptor(Http::keepWhatIsLate)
            .addNetworkInterceptor(Http::hideRetryAfter)
            .addNetworkInterceptor(Http::hideProxyStatus)
            .build();
    api =
        new Retrofit.Builder()
            .baseUrl(apiUrl + "/")
            .client(client)
            .validateEagerly(true)
            .build()
            .create(TinyApi.class);
  }

  /** The permit ran out while the connection was made: nothing was sent. */
  public static final class TooLate extends IOException {
    private static final long serialVersionUID = 1;

    private TooLate() {
      super("the permit ran out before the request could leave");
    }
  }

  /** Room for the body of the next call. */
  public BodyRoom room() {
    return new BodyRoom(callTimeout);
  }

  /**
   * Sends what {@code request} builds, if it still may once the connection is there.
   *
   * @param room that the body takes, until the caller closes it
   */
  public Exchange send(
      BiFunction<TinyApi, RequestTag, Call<ResponseBody>> request,
      BooleanSupplier mayLeave,
      BodyRoom room)
      throws InterruptedException {
    RequestTag journey = new RequestTag(mayLeave);
    Response<ResponseBody> response;
    try {
      response = request.apply(api, journey).execute();
    } catch (IOException e) {
      throwIfInterrupted();
      okhttp3.Response answer = journey.answer();
      return answer == null
          ? new Exchange.Lost(e, journey.isSent(), isTimeout(e))
          : new Exchange.BrokenOff(answer.code(), answer.headers(), e, isTimeout(e));
    }
    try (ResponseBody body = bodyOf(response)) {
      byte[] bytes = room.read(body.byteStream(), MOST_BYTES);
      Headers headers = response.headers();
      return bytes == null
          ? new Exchange.Oversized(response.code(), headers, MOST_BYTES)
          : new Exchange.Answered(response.code(), headers, bytes);
    } catch (IOException e) {
      throwIfInterrupted();
      return new Exchange.BrokenOff(response.code(), response.headers(), e, isTimeout(e));
    }
  }

  private static ResponseBody bodyOf(Response<ResponseBody> response) {
    ResponseBody body = response.isSuccessful() ? response.body() : response.errorBody();
    return body == null ? ResponseBody.create("", null) : body;
  }

  private static okhttp3.Response keepWhatIsLate(okhttp3.Interceptor.Chain chain)
      throws IOException {
    RequestTag journey = chain.request().tag(RequestTag.class);
    if (journey != null && !journey.mayLeave()) {
      throw new TooLate();
    }
    return chain.proceed(chain.request());
  }

  /**
   * Retrofit reads the whole body of an error into memory, and forgets the status if that breaks
   * off: it gets the beginning, as far as that came in a moment. Where the call's own time is over
   * before, OkHttp forgets it, too: the request's tag keeps it.
   */
  private static okhttp3.Response boundErrorBodies(okhttp3.Interceptor.Chain chain)
      throws IOException {
    okhttp3.Response response = chain.proceed(chain.request());
    if (response.isSuccessful()) {
      return response;
    }
    RequestTag journey = chain.request().tag(RequestTag.class);
    if (journey != null) {
      journey.answered(response);
    }
    ResponseBody body = response.body();
    Buffer beginning = new Buffer();
    body.source().timeout().deadline(MOST_ERROR_TIME.toMillis(), TimeUnit.MILLISECONDS);
    try {
      while (beginning.size() < MOST_ERROR_BYTES
          && body.source().read(beginning, MOST_ERROR_BYTES - beginning.size()) >= 0) {}
      body.close();
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      // Not closed: OkHttp would read what still comes, without any bound of time. It closes the
      // connection with the call.
    }
    ResponseBody read = ResponseBody.create(beginning.readByteArray(), body.contentType());
    return response.newBuilder().body(read).build();
  }

  /** OkHttp repeats a 503 by itself when it says "Retry-After: 0": it must not see that. */
  private static okhttp3.Response hideRetryAfter(okhttp3.Interceptor.Chain chain)
      throws IOException {
    okhttp3.Response response = chain.proceed(chain.request());
    return response.code() == 503
        ? response.newBuilder().removeHeader("Retry-After").build()
        : response;
  }

  /** OkHttp takes a 407 that comes from no proxy of its own for a lost connection. */
  private static okhttp3.Response hideProxyStatus(okhttp3.Interceptor.Chain chain)
      throws IOException {
    okhttp3.Response response = chain.proceed(chain.request());
    return response.code() == PROXY_STATUS ? response.newBuilder().code(HIDDEN).build() : response;
  }

  private static okhttp3.Response showProxyStatus(okhttp3.Interceptor.Chain chain)
      throws IOException {
    okhttp3.Response response = chain.proceed(chain.request());
    return response.code() == HIDDEN ? response.newBuilder().code(PROXY_STATUS).build() : response;
  }

  private static boolean isTimeout(IOException e) {
    return e instanceof InterruptedIOException;
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for Tiny");
    }
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
