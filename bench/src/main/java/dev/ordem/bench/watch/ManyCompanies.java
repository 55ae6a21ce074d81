package dev.ordem.bench.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Simulated companies that are connected to one installation, each as a person does it: by a login
 * at the simulated Tiny, with an application of its own.
 */
final class ManyCompanies {
  private final List<Client> clients;
  private final HttpClient browser =
      HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();

  ManyCompanies(int number) {
    this.clients =
        IntStream.rangeClosed(1, number).mapToObj(each -> Client.named("loja" + each)).toList();
  }

  /** The names of their accounts are their ids. */
  List<Client> clients() {
    return clients;
  }

  /** For the simulator, as its variable has them. */
  String ids() {
    return clients.stream().map(Client::id).collect(Collectors.joining(","));
  }

  /**
   * Connects all of them.
   *
   * @param perMinute calls that each allows
   */
  void connect(Up up, int perMinute) throws IOException, InterruptedException {
    ProducerApi api =
        new ProducerApi(
            URI.create(Objects.requireNonNull(up.endpoints().get("ORDEM_URL"))), Optional.empty());
    String realm = Objects.requireNonNull(up.tiny().variables().get("TINY_AUTH_URL"));
    for (Client client : clients) {
      ObjectNode body =
          api.json()
              .createObjectNode()
              .put("clientId", client.id())
              .put("clientSecret", client.secret())
              .put("perSecond", 4)
              .put("perMinute", perMinute);
      JsonNode begun = api.post("/api/accounts/" + client.id() + "/connect", body);
      logIn(URI.create(realm + "/auth"), URI.create(begun.path("url").asText()));
    }
  }

  private void logIn(URI form, URI page) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        browser.send(
            HttpRequest.newBuilder(form)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(page.getRawQuery() + "&username=demo&password=demo"))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(page + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Gives each a quota, and answers that take as long as Tiny's. */
  void limit(Tiny tiny, int perMinute) throws IOException, InterruptedException {
    for (Client client : clients) {
      String account = "?account=" + client.id();
      tiny.post(
          "/quota" + account,
          "{\"perWindow\": " + perMinute + ", \"perSecond\": 4, \"window\": \"PT1M\"}");
      tiny.post("/weather" + account, "{\"latency\": \"PT0.27S\"}");
    }
  }

  /** Of all of them together. */
  Tiny.Calls calls(Tiny tiny) throws IOException, InterruptedException {
    Tiny.Calls all = new Tiny.Calls(0, 0, 0);
    for (Client client : clients) {
      Tiny.Calls calls = tiny.calls(client);
      all =
          new Tiny.Calls(
              all.list() + calls.list(), all.detail() + calls.detail(), all.all() + calls.all());
    }
    return all;
  }

  /** How many calls were refused. */
  long refused(Tiny tiny) throws IOException, InterruptedException {
    long refused = 0;
    for (Client client : clients) {
      refused += tiny.get("/stats?account=" + client.id()).path("rejected").asLong();
    }
    return refused;
  }
}
