package dev.ordem.tiny.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The verbs of the simulator for other processes; the package's documentation lists them. */
final class ControlHandler implements HttpHandler {
  static final String PATH = "/_simulator";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TinySimulator simulator;
  private final InstantSource clock;
  private final Supplier<@Nullable Throwable> broken;
  private final ResponseWriter wire;

  ControlHandler(
      TinySimulator simulator,
      InstantSource clock,
      Supplier<@Nullable Throwable> broken,
      ResponseWriter wire) {
    this.simulator = simulator;
    this.clock = clock;
    this.broken = broken;
    this.wire = wire;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(PATH.length());
    String call = exchange.getRequestMethod() + " " + path;
    Form query = Form.query(exchange);
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    ApiResponse answer;
    try {
      JsonNode body =
          bytes.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(bytes);
      String named = query.get("account", body.path("account").asText());
      SimulatedAccount account = named.isEmpty() ? simulator.account() : simulator.account(named);
      if (call.equals("GET /truth")) {
        wire.stream(exchange, ControlJson.truth(account, clock.instant()));
        return;
      }
      answer =
          path.startsWith("/orders")
              ? orders(call, account, body)
              : act(call, account, body, query);
    } catch (NoSuchElementException e) {
      answer = ApiResponse.error(404, String.valueOf(e.getMessage()), List.of());
    } catch (IllegalArgumentException | DateTimeParseException | JsonProcessingException e) {
      answer = ApiResponse.error(400, String.valueOf(e.getMessage()), List.of());
    }
    wire.send(exchange, answer);
  }

  private ApiResponse act(String call, SimulatedAccount account, JsonNode body, Form query) {
    switch (call) {
      case "GET /health" -> {
        return health();
      }
      case "GET /stats" -> {
        return ApiResponse.json(200, ControlJson.stats(account, query));
      }
      case "DELETE /stats" -> account.forgetArrivals();
      case "POST /advance" -> account.advance(ControlJson.wholeNumber(body, "steps"));
      case "POST /life" -> simulator.live(ControlJson.number(body, "changesPerMinute"));
      case "POST /faults" -> account.failNext(ControlJson.fault(body), body.path("times").asInt(1));
      case "DELETE /faults" -> account.clearFaults();
      case "POST /weather" -> account.weather(ControlJson.weather(body));
      case "POST /outage" -> account.outage(body.path("on").asBoolean(true));
      default -> {
        return allow(call, account, body);
      }
    }
    return done();
  }

  /** The verbs about what callers are allowed: quota and tokens. */
  private static ApiResponse allow(String call, SimulatedAccount account, JsonNode body) {
    switch (call) {
      case "POST /quota" -> account.limits(ControlJson.limits(body));
      case "POST /foreign" -> {
        if (!body.has("share")) {
          int admitted = account.foreignCalls(ControlJson.wholeNumber(body, "calls"));
          return ApiResponse.json(200, object().put("admitted", admitted));
        }
        double share = ControlJson.number(body, "share");
        if (body.path("atStart").asBoolean()) {
          account.foreignShareAtStart(share);
        } else {
          account.foreignShare(share);
        }
      }
      case "POST /tokens" -> {
        return ApiResponse.json(200, object().put("access_token", account.accessToken()));
      }
      case "POST /tokens/revoke" -> account.revokeTokens();
      case "POST /tokens/expire" -> account.expireAccessTokens();
      default -> {
        return ApiResponse.error(404, "no such verb: " + call, List.of());
      }
    }
    return done();
  }

  private static ApiResponse orders(String call, SimulatedAccount account, JsonNode body) {
    String[] parts = call.split("/", -1);
    if (call.equals("POST /orders")) {
      return ApiResponse.json(200, object().put("id", account.createOrder()));
    }
    long id = Long.parseLong(parts[2]);
    String verb = parts[0] + (parts.length > 3 ? parts[3] : "");
    switch (verb) {
      case "DELETE " -> account.deleteOrder(id);
      case "POST situacao" -> account.setSituacao(id, ControlJson.wholeNumber(body, "situacao"));
      case "POST observacoes" -> account.setObservacoes(id, body.path("observacoes").asText());
      case "POST telefone" -> account.setTelefone(id, body.path("telefone").asText());
      case "POST data-prevista" -> account.setDataPrevista(id, body.path("dataPrevista").asText());
      case "POST marcadores" -> account.setMarcadores(id, ControlJson.texts(body, "marcadores"));
      case "POST forget-serial" -> account.forgetSerial(id);
      default -> {
        return ApiResponse.error(404, "no such verb: " + call, List.of());
      }
    }
    return done();
  }

  private ApiResponse health() {
    Throwable cause = broken.get();
    return cause == null
        ? ApiResponse.json(200, object().put("status", "UP"))
        : ApiResponse.json(503, object().put("status", "DOWN").put("cause", cause.toString()));
  }

  private static ApiResponse done() {
    return ApiResponse.json(200, object().put("done", true));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
