package dev.ordem.tiny.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import dev.ordem.tiny.simulator.TinySimulator.Fault.Kind;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The API itself. A call passes, in this order: authentication (401 is nobody's quota), quota,
 * outage, weather, and then the endpoint. Every call that belongs to an account is in its arrival
 * log before its answer is sent.
 */
final class ApiHandler implements HttpHandler {
  static final String PATH = "/public-api/v3";

  private static final String ORDERS = PATH + "/ordem-servico";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Realm realm;
  private final InstantSource clock;
  private final ResponseWriter wire;

  ApiHandler(Realm realm, InstantSource clock, ResponseWriter wire) {
    this.realm = realm;
    this.clock = clock;
    this.wire = wire;
  }

  /** Where a call wants to go. {@code id} is 0 where there is none, -1 where it is no number. */
  private record Route(Endpoint endpoint, String method, long id) {
    static Route of(HttpExchange exchange) {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (path.equals(ORDERS)) {
        return new Route(Endpoint.LIST, method, 0);
      }
      if (!path.startsWith(ORDERS + "/")) {
        return new Route(Endpoint.OTHER, method, 0);
      }
      String[] rest = path.substring(ORDERS.length() + 1).split("/", -1);
      Endpoint endpoint =
          switch (rest.length == 1 ? "" : rest.length == 2 ? rest[1] : "/") {
            case "" -> Endpoint.DETAIL;
            case "marcadores" -> Endpoint.MARKERS;
            case "situacao" -> Endpoint.SITUACAO;
            default -> Endpoint.OTHER;
          };
      return new Route(endpoint, method, id(rest[0]));
    }

    private static long id(String text) {
      try {
        return Math.max(-1, Long.parseLong(text));
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Instant at = clock.instant();
    SimulatedAccount account =
        realm.accountOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (account == null) {
      wire.send(exchange, ApiResponse.error(401));
      return;
    }
    Route route = Route.of(exchange);
    RateLimit.Admission admission = account.quota.take(at);
    if (!admission.admitted()) {
      log(account, at, route, 429);
      wire.send(exchange, with(admission, ApiResponse.error(429)));
      return;
    }
    if (account.isOut()) {
      log(account, at, route, 503);
      wire.send(exchange, ApiResponse.error(503));
      return;
    }
    Fault fault = account.skies.next(route.endpoint(), route.id());
    ApiResponse answer =
        fault.isInstead() ? ApiResponse.error(fault.number()) : answer(exchange, route, account);
    log(account, at, route, fault.kind() == Kind.DROP_CONNECTION ? 0 : answer.status());
    wire.await(account.skies.latency());
    wire.send(exchange, with(admission, answer), fault);
  }

  private static void log(SimulatedAccount account, Instant at, Route route, int status) {
    account.arrivals.add(new Arrival(at, route.endpoint(), route.id(), status));
  }

  private static ApiResponse with(RateLimit.Admission admission, ApiResponse answer) {
    return new ApiResponse(
        answer.status(), answer.contentType(), answer.body(), admission.headers());
  }

  private static ApiResponse answer(HttpExchange exchange, Route route, SimulatedAccount account)
      throws IOException {
    boolean writes = route.endpoint() == Endpoint.SITUACAO;
    if (route.endpoint() == Endpoint.OTHER) {
      return ApiResponse.error(404);
    }
    if (!route.method().equals(writes ? "PUT" : "GET")) {
      return ApiResponse.error(405);
    }
    if (route.endpoint() == Endpoint.LIST) {
      return list(account, Form.query(exchange));
    }
    if (route.id() < 0) {
      return invalid(List.of(new ApiResponse.Detail("idOrdemServico", "Valor deve ser um número")));
    }
    if (writes) {
      return setSituacao(account, route.id(), exchange.getRequestBody().readAllBytes());
    }
    Row row = account.book.find(route.id());
    if (row == null) {
      return notFound();
    }
    return ApiResponse.json(
        route.endpoint() == Endpoint.DETAIL ? row.detail() : OrderJson.markers(row));
  }

  private static ApiResponse list(SimulatedAccount account, Form form) {
    ListQuery query = ListQuery.parse(form);
    if (query instanceof ListQuery.Valid valid) {
      return ApiResponse.json(OrderJson.page(account.book.list(valid), valid));
    }
    return invalid(((ListQuery.Invalid) query).details());
  }

  private static ApiResponse setSituacao(SimulatedAccount account, long id, byte[] body) {
    JsonNode situacao;
    try {
      situacao = JSON.readTree(body).path("situacao");
    } catch (IOException e) {
      return invalid(List.of(new ApiResponse.Detail("", "O corpo não é JSON")));
    }
    if (!situacao.isInt() || situacao.intValue() < 0 || situacao.intValue() > 7) {
      return invalid(List.of(new ApiResponse.Detail("situacao", "Valor deve estar entre 0 e 7")));
    }
    try {
      account.setSituacao(id, situacao.intValue());
    } catch (NoSuchElementException e) {
      return notFound();
    }
    return new ApiResponse(204, ApiResponse.JSON, new byte[0], Map.of());
  }

  private static ApiResponse invalid(List<ApiResponse.Detail> details) {
    return ApiResponse.error(400, "Ocorreram erros de validação", details);
  }

  private static ApiResponse notFound() {
    return ApiResponse.error(404, "Ordem de serviço não encontrada", List.of());
  }
}
