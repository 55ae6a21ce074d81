package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Tiny's two calls with bodies made by hand, byte for byte: what no simulator of good manners would
 * send. Filters by status; knows no tokens and no quota. Thread safe.
 */
final class HandmadeTiny implements AutoCloseable {
  private static final String PATH = "/public-api/v3";

  private final NavigableMap<Long, Order> orders = new ConcurrentSkipListMap<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpServer server;

  HandmadeTiny() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PATH + "/ordem-servico", this::answer);
    server.start();
  }

  /**
   * An order.
   *
   * @param situacao which list by status shows it
   * @param status of the answer to its detail
   */
  @SuppressWarnings("ArrayRecordComponent") // written once; never compared
  record Order(int situacao, byte[] item, int status, byte[] detail) {}

  void put(long id, Order order) {
    orders.put(id, order);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  int count() {
    return orders.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      if (last.equals("ordem-servico")) {
        send(exchange, 200, list(parameters(exchange.getRequestURI().getQuery())));
        return;
      }
      Order order = orders.get(Long.valueOf(last));
      if (order == null) {
        send(exchange, 404, "{\"mensagem\":\"not found\"}".getBytes(UTF_8));
      } else {
        send(exchange, order.status, order.detail);
      }
    }
  }

  private byte[] list(Map<String, String> wanted) throws IOException {
    String situacao = wanted.get("situacao");
    NavigableMap<Long, Order> sorted =
        "asc".equals(wanted.get("orderBy")) ? orders : orders.descendingMap();
    List<Order> matching =
        sorted.values().stream()
            .filter(each -> situacao == null || situacao.equals(Integer.toString(each.situacao)))
            .toList();
    int limit = Integer.parseInt(wanted.getOrDefault("limit", "100"));
    int offset = Integer.parseInt(wanted.getOrDefault("offset", "0"));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write("{\"itens\":[".getBytes(UTF_8));
    List<Order> page = matching.stream().skip(offset).limit(limit).toList();
    for (int i = 0; i < page.size(); i++) {
      body.write(i == 0 ? new byte[0] : new byte[] {','});
      body.write(page.get(i).item);
    }
    String end =
        "],\"paginacao\":{\"limit\":%d,\"offset\":%d,\"total\":%d}}"
            .formatted(limit, offset, matching.size());
    body.write(end.getBytes(UTF_8));
    return body.toByteArray();
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : query.split("&", -1)) {
      int at = each.indexOf('=');
      parameters.put(each.substring(0, at), each.substring(at + 1));
    }
    return parameters;
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
