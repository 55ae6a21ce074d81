package dev.ordem.tiny.http;

import java.io.IOException;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Closes a connection of HTTP/1 behind its first answer. What is left over of an answer that is
 * longer than it says (a wrong {@code Content-Length}, one answer too many) would be taken for the
 * answer to the next call, which may be another account's, and so on for ever: nothing in HTTP/1.1
 * says which request an answer is for (RFC 9112, 9.3). In HTTP/2, which Tiny speaks, each answer is
 * a stream of its own, so connections are kept. A network interceptor; immutable.
 */
public final class UsedOnce implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    Request request = chain.request();
    boolean framed = connection != null && connection.protocol() == Protocol.HTTP_2;
    return chain.proceed(
        framed ? request : request.newBuilder().header("Connection", "close").build());
  }
}
