package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ordem.quickstart.cli.ProducerApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Answers the command line over HTTP, and remembers what it was asked. */
public final class FakeProducer implements AutoCloseable {
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final UnaryOperator<String> answers;
  private final HttpServer server;

  /**
   * @param answers from {@code "GET /path"} to JSON; a number {@code status} in it is the answer's,
   *     as RFC 9457 has it
   */
  public FakeProducer(UnaryOperator<String> answers) throws IOException {
    this.answers = answers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Method, path, query and body of every request, oldest first. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public ProducerApi api() {
    return new ProducerApi(URI.create(url()), Optional.empty());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(body.isEmpty() ? request : request + " " + body);
    String answer = answers.apply(request);
    int status = new ObjectMapper().readTree(answer).path("status").asInt(200);
    byte[] bytes = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
