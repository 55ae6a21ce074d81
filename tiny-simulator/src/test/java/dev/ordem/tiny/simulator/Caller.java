package dev.ordem.tiny.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A client that knows nothing but HTTP. */
final class Caller {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TinySimulator tiny;
  private String token;

  Caller(TinySimulator tiny) {
    this.tiny = tiny;
    this.token = tiny.account().accessToken();
  }

  void use(String changed) {
    token = changed;
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(api(path).GET());
  }

  JsonNode read(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(path).body());
  }

  HttpResponse<String> put(String path, String json) throws IOException, InterruptedException {
    return send(api(path).PUT(BodyPublishers.ofString(json)));
  }

  HttpResponse<String> token(Map<String, String> form) throws IOException, InterruptedException {
    return form("/token", form);
  }

  HttpResponse<String> form(String path, Map<String, String> form)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(e -> e.getKey() + "=" + encoded(e.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(URI.create(tiny.authUrl() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> control(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(tiny.controlUrl() + path))
            .method(method, BodyPublishers.ofString(json)));
  }

  /** The ids of one page. */
  List<Long> ids(String query) throws IOException, InterruptedException {
    List<Long> ids = new ArrayList<>();
    read("/ordem-servico?" + query).path("itens").forEach(i -> ids.add(i.path("id").asLong()));
    return ids;
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder api(String path) {
    return HttpRequest.newBuilder(URI.create(tiny.apiUrl() + path))
        .header("Authorization", "Bearer " + token);
  }
}
