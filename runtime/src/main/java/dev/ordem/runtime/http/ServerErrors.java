package dev.ordem.runtime.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What the server itself refuses, before there is a path: a problem like all others. */
final class ServerErrors extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String body =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
            .formatted(HttpStatus.getMessage(status), status, said(status));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
    }
    AccessFilter.HEADERS.forEach(response.getHeaders()::put);
    response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    return true;
  }

  private static String said(int status) {
    return switch (status) {
      case HttpStatus.REQUEST_TIMEOUT_408 -> "the body of the request did not come in time";
      case HttpStatus.PAYLOAD_TOO_LARGE_413 -> "the body of the request is too large";
      case HttpStatus.URI_TOO_LONG_414 -> "the address of the request is too long";
      case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
          "the headers of the request are too large";
      case HttpStatus.SERVICE_UNAVAILABLE_503 ->
          "too many requests whose body is still to come; send it with the head, or try again";
      default -> "the request is not as HTTP wants it, or too large; see RFC 9110";
    };
  }
}
