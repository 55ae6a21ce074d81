package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Form-encoded parameters, of a query or of a body. An empty value is an absent one. */
final class Form {
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Form(@Nullable String encoded) {
    if (encoded == null) {
      return;
    }
    for (String pair : encoded.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && equals < pair.length() - 1) {
        String name = decode(pair.substring(0, equals));
        values
            .computeIfAbsent(name, n -> new ArrayList<>())
            .add(decode(pair.substring(equals + 1)));
      }
    }
  }

  static Form query(HttpExchange exchange) {
    return new Form(exchange.getRequestURI().getRawQuery());
  }

  static Form of(String encoded) {
    return new Form(encoded);
  }

  static Form body(HttpExchange exchange) throws IOException {
    return of(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
  }

  @Nullable String get(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.get(0);
  }

  String get(String name, String otherwise) {
    String value = get(name);
    return value == null ? otherwise : value;
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
