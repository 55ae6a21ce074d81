package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Puts an answer on the wire, whole or spoiled. */
final class ResponseWriter {
  private static final int DROPS_OF_A_SLOW_BODY = 20;
  private static final int UNKNOWN_LENGTH = -2;
  private static final byte[] PADDING = new byte[64 * 1024];
  private static final String MAINTENANCE =
      "<!DOCTYPE html><html><head><title>Olist</title></head><body><h1>Estamos em"
          + " manutenção</h1></body></html>";

  static {
    Arrays.fill(PADDING, (byte) 'x');
  }

  private final Pause pause;

  ResponseWriter(Pause pause) {
    this.pause = pause;
  }

  /** Waiting, so that a test can do without. */
  @FunctionalInterface
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  void await(Duration duration) throws IOException {
    if (duration.isZero()) {
      return;
    }
    try {
      pause.of(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the simulator is closing", e);
    }
  }

  void send(HttpExchange exchange, ApiResponse answer) throws IOException {
    byte[] body = answer.body();
    begin(exchange, answer, body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /** Sends JSON that is too much to have in memory. */
  void stream(HttpExchange exchange, OrderJson.Writing writing) throws IOException {
    begin(exchange, ApiResponse.empty(200), UNKNOWN_LENGTH);
    OrderJson.write(exchange.getResponseBody(), writing);
    exchange.close();
  }

  void send(HttpExchange exchange, ApiResponse answer, Fault fault) throws IOException {
    byte[] body = answer.body();
    byte[] half = Arrays.copyOf(body, body.length / 2);
    switch (fault.kind()) {
      case NONE -> send(exchange, answer);
      case STATUS -> send(exchange, with(ApiResponse.error(fault.number()), answer));
      case DELAY -> {
        await(fault.duration());
        send(exchange, answer);
      }
      case DROP_CONNECTION -> exchange.close();
      case DROP_MID_BODY -> {
        begin(exchange, answer, body.length + 1);
        exchange.getResponseBody().write(half);
        exchange.getResponseBody().flush();
        exchange.close();
      }
      case TRUNCATED_BODY -> send(exchange, with(ApiResponse.json(half), answer));
      case MALFORMED_BODY ->
          send(exchange, with(ApiResponse.json("{\"itens\": [,} NaN".getBytes(UTF_8)), answer));
      case HTML_WITH_200 -> send(exchange, with(ApiResponse.html(200, MAINTENANCE), answer));
      case WRONG_CONTENT_TYPE ->
          send(exchange, new ApiResponse(answer.status(), "text/plain", body, answer.headers()));
      case SLOW_BODY -> sendSlowly(exchange, answer, fault.duration());
      case HUGE_BODY -> sendHuge(exchange, answer, fault.number());
    }
  }

  private static ApiResponse with(ApiResponse spoiled, ApiResponse original) {
    return new ApiResponse(
        spoiled.status(), spoiled.contentType(), spoiled.body(), original.headers());
  }

  private void sendSlowly(HttpExchange exchange, ApiResponse answer, Duration duration)
      throws IOException {
    byte[] body = answer.body();
    begin(exchange, answer, body.length);
    OutputStream out = exchange.getResponseBody();
    int step = body.length / DROPS_OF_A_SLOW_BODY + 1;
    for (int at = 0; at < body.length; at += step) {
      await(duration.dividedBy(DROPS_OF_A_SLOW_BODY));
      out.write(body, at, Math.min(step, body.length - at));
      out.flush();
    }
    exchange.close();
  }

  /** A well-formed JSON object with one very long text in it. */
  private static void sendHuge(HttpExchange exchange, ApiResponse answer, int megabytes)
      throws IOException {
    begin(exchange, answer, UNKNOWN_LENGTH);
    OutputStream out = exchange.getResponseBody();
    out.write("{\"observacoes\":\"".getBytes(UTF_8));
    for (int i = 0; i < megabytes * 16; i++) {
      out.write(PADDING);
    }
    out.write("\"}".getBytes(UTF_8));
    exchange.close();
  }

  /**
   * Goes around {@code Headers.add}, which would bring every name into one spelling, because the
   * API does not stick to one either. A JDK that no longer allows this sends its own spelling.
   */
  private static void begin(HttpExchange exchange, ApiResponse answer, long length)
      throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    answer.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    exchange.getResponseHeaders().putAll(headers);
    exchange.getResponseHeaders().set("X-Request-Id", UUID.randomUUID().toString());
    boolean bodiless = length == 0;
    if (!bodiless) {
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    }
    exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : Math.max(0, length));
  }
}
