package dev.ordem.bench.pipeline.process;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.runtime.net.UnusedPort;
import dev.ordem.tiny.simulator.SimulatorMain;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A simulated account in a process of its own, without quota and without latency, that keeps its
 * orders in its directory and its port from one start to the next.
 */
public final class Tiny implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String FIRST_ORDERS = "SIMULATOR_ORDERS";

  private final Child process;
  private final Map<String, String> addresses;
  private final HttpClient client = HttpClient.newHttpClient();

  private Tiny(Child process, Map<String, String> addresses) {
    this.process = process;
    this.addresses = addresses;
  }

  /** Starts it and returns when it listens. */
  public static Tiny start(Path directory, int orders) throws Exception {
    return start(directory, orders, Map.of());
  }

  /**
   * Starts it and returns when it listens.
   *
   * @param more variables of its environment, which come before its own
   */
  public static Tiny start(Path directory, int orders, Map<String, String> more) throws Exception {
    Path state = Files.createDirectories(directory.resolve("tiny"));
    Path port = directory.resolve("tiny.port");
    if (!Files.exists(port)) {
      Files.writeString(port, Integer.toString(UnusedPort.find()));
    }
    Path log = directory.resolve("tiny.out");
    Files.deleteIfExists(log);
    Map<String, String> environment = new HashMap<>();
    environment.put("SIMULATOR_HTTP", "127.0.0.1:" + Files.readString(port).strip());
    environment.put(FIRST_ORDERS, Integer.toString(orders));
    environment.put("SIMULATOR_REQUESTS_PER_MINUTE", "0");
    environment.put("SIMULATOR_REQUESTS_PER_SECOND", "0");
    environment.put("SIMULATOR_LATENCY", "PT0S");
    environment.put("SIMULATOR_STATE", state.toString());
    environment.putAll(more);
    Child process =
        Child.start(Child.java(List.of("-Xmx1g"), SimulatorMain.class.getName()), environment, log);
    return new Tiny(process, addresses(process, log));
  }

  /** What it says when it listens. */
  private static Map<String, String> addresses(Child process, Path log) throws Exception {
    Map<String, String> addresses = new HashMap<>();
    Waiting.until(
        "the simulator, see " + log,
        PATIENCE,
        Duration.ofMillis(100),
        () -> {
          for (String line : Files.readAllLines(log)) {
            int equals = line.indexOf('=');
            if (line.startsWith("TINY_") && equals > 0) {
              addresses.put(line.substring(0, equals), line.substring(equals + 1));
            }
          }
          if (!process.isAlive()) {
            throw new IllegalStateException("the simulator ended: " + process.said());
          }
          return addresses.size() == 2;
        });
    return addresses;
  }

  /** What a service needs to reach it. */
  public Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(addresses);
    variables.put("TINY_CLIENT_ID", "demo");
    variables.put("TINY_CLIENT_SECRET", "demo");
    variables.put("TINY_REFRESH_TOKEN", "demo");
    variables.put("TINY_REQUESTS_PER_SECOND", "0");
    variables.put("TINY_REQUESTS_PER_MINUTE", "0");
    return variables;
  }

  /** Address of one of its verbs. */
  public URI verb(String path) {
    return URI.create(addresses.getOrDefault("TINY_API_URL", "")).resolve("/_simulator" + path);
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(verb(path)).build());
  }

  /** Each order of its truth, deleted ones included, one after the other: they may be many. */
  public void eachOrder(Consumer<JsonNode> order) throws IOException, InterruptedException {
    eachOrder("/truth", order);
  }

  /** The same of one account of many. */
  public void eachOrder(Client account, Consumer<JsonNode> order)
      throws IOException, InterruptedException {
    eachOrder("/truth?account=" + account.id(), order);
  }

  private void eachOrder(String path, Consumer<JsonNode> order)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(HttpRequest.newBuilder(verb(path)).build(), BodyHandlers.ofInputStream());
    try (JsonParser parser = JSON.createParser(answer.body())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
          while (parser.nextToken() == JsonToken.START_OBJECT) {
            order.accept(JSON.readTree(parser));
          }
        }
      }
    }
  }

  public void post(String path, @Nullable String body) throws IOException, InterruptedException {
    ask(path, body);
  }

  /** The same, with what it answers. */
  public JsonNode ask(String path, @Nullable String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(verb(path))
            .POST(body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build());
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        String said = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException(request.uri() + ": " + answer.statusCode() + " " + said);
      }
      return JSON.readTree(body);
    }
  }

  /** Calls that it has seen so far, refused ones included. */
  public Calls calls() throws IOException, InterruptedException {
    return calls(get("/stats"));
  }

  /** The same of one account of many. */
  public Calls calls(Client account) throws IOException, InterruptedException {
    return calls(get("/stats?account=" + account.id()));
  }

  private static Calls calls(JsonNode told) {
    JsonNode stats = told.path("byEndpoint");
    long all = 0;
    for (JsonNode each : stats) {
      all += each.asLong();
    }
    return new Calls(stats.path("list").asLong(), stats.path("detail").asLong(), all);
  }

  @Override
  public void close() {
    process.close();
  }

  /** Counted at the API, by endpoint. */
  public record Calls(long list, long detail, long all) {
    public Calls minus(Calls before) {
      return new Calls(list - before.list, detail - before.detail, all - before.all);
    }
  }
}
