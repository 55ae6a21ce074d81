package dev.ordem.tiny.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import dev.ordem.tiny.simulator.TinySimulator.Fault.Kind;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads what the control interface is told, and writes what it knows. */
final class ControlJson {
  private ControlJson() {}

  static OrderJson.Writing truth(SimulatedAccount account, Instant at) {
    return json -> {
      json.writeStartObject();
      json.writeStringField("account", account.clientId());
      json.writeStringField("at", at.toString());
      json.writeArrayFieldStart("orders");
      try {
        account.book.forEachTruth(order -> write(json, order));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      json.writeEndArray();
      json.writeEndObject();
    };
  }

  private static void write(JsonGenerator json, OrderTruth order) {
    try {
      json.writeStartObject();
      json.writeNumberField("id", order.id());
      json.writeNumberField("situacao", order.situacao());
      json.writeBooleanField("deleted", order.deleted());
      json.writeFieldName("header");
      json.writeRawValue(order.header());
      json.writeFieldName("detail");
      json.writeRawValue(order.detail());
      json.writeStringField("lastSerial", order.lastSerial());
      json.writeArrayFieldStart("transitions");
      for (Transition transition : order.transitions()) {
        json.writeStartObject();
        json.writeNumberField("sequence", transition.sequence());
        json.writeNumberField("from", transition.from());
        json.writeNumberField("to", transition.to());
        json.writeStringField("at", transition.at().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode stats(SimulatedAccount account, Form query) {
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    stats.put("account", account.clientId());
    stats.put("orders", account.book.size());
    stats.put("transitions", account.book.transitionCount());
    stats.put("steps", account.life.steps());
    stats.put("requests", account.requests());
    stats.put("rejected", account.rejected());
    ObjectNode endpoints = stats.putObject("byEndpoint");
    account
        .arrivals
        .byEndpoint()
        .forEach((endpoint, n) -> endpoints.put(endpoint.name().toLowerCase(Locale.ROOT), n));
    ObjectNode statuses = stats.putObject("byStatus");
    account.arrivals.byStatus().forEach((status, n) -> statuses.put(status.toString(), n));
    ObjectNode most = stats.putObject("mostArrivals");
    List<String> windows = query.all("window");
    for (String window : windows.isEmpty() ? List.of("PT1S", "PT1M") : windows) {
      most.put(window, account.mostArrivalsIn(Duration.parse(window)));
    }
    stats.put("refreshes", account.refreshes());
    stats.put("refreshTokensReused", account.refreshTokensReused());
    if (query.get("details") != null) {
      ObjectNode reads = stats.putObject("detailReads");
      account.arrivals.detailReads().forEach((id, n) -> reads.put(id.toString(), n));
    }
    return stats;
  }

  static Fault fault(JsonNode body) {
    String name = body.path("kind").asText().replace('-', '_').toUpperCase(Locale.ROOT);
    Kind kind = constant(Kind.class, "kind", name);
    int number = body.path(kind == Kind.HUGE_BODY ? "megabytes" : "status").asInt(-1);
    boolean numbered = kind == Kind.STATUS || kind == Kind.HUGE_BODY;
    if (numbered && number < 1) {
      throw new IllegalArgumentException("give status with kind status, megabytes with huge_body");
    }
    List<Endpoint> only = new ArrayList<>();
    if (body.has("endpoint")) {
      String endpoint = body.path("endpoint").asText().toUpperCase(Locale.ROOT);
      only.add(constant(Endpoint.class, "endpoint", endpoint));
    }
    Duration duration = Duration.parse(body.path("duration").asText("PT5S"));
    return new Fault(
        kind, numbered ? number : 200, duration, List.copyOf(only), body.path("order").asLong());
  }

  static Weather weather(JsonNode body) {
    if (body.has("name")) {
      String name = body.path("name").asText();
      return switch (name) {
        case "calm" -> Weather.calm();
        case "rough" -> Weather.rough();
        default -> throw new IllegalArgumentException("name is calm or rough, not " + name);
      };
    }
    return new Weather(
        Duration.parse(body.path("latency").asText("PT0S")),
        body.path("errors").asDouble(),
        body.path("drops").asDouble(),
        body.path("garbage").asDouble(),
        body.path("slow").asDouble());
  }

  static Limits limits(JsonNode body) {
    return new Limits(
        wholeNumber(body, "perWindow"),
        wholeNumber(body, "perSecond"),
        Duration.parse(body.path("window").asText("PT1M")));
  }

  static int wholeNumber(JsonNode body, String name) {
    if (!body.path(name).isInt() || body.path(name).intValue() < 0) {
      throw new IllegalArgumentException(name + " must be a whole number of 0 or more");
    }
    return body.path(name).intValue();
  }

  static double number(JsonNode body, String name) {
    if (!body.path(name).isNumber() || body.path(name).doubleValue() < 0) {
      throw new IllegalArgumentException(name + " must be a number of 0 or more");
    }
    return body.path(name).doubleValue();
  }

  static List<String> texts(JsonNode body, String name) {
    if (!body.path(name).isArray()) {
      throw new IllegalArgumentException(name + " must be a list of texts");
    }
    List<String> texts = new ArrayList<>();
    body.path(name).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String field, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        field + " is one of " + List.of(type.getEnumConstants()) + ", in small letters or not");
  }
}
