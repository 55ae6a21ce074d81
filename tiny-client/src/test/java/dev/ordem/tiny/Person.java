package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.runtime.Environment;
import dev.ordem.tiny.account.AuthorisationResult;
import dev.ordem.tiny.account.ConnectRequest;
import dev.ordem.tiny.account.application.AccountTerms;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.simulator.TinySimulator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Somebody at the simulator's login page. */
final class Person {
  static final URI CALLBACK = URI.create("http://127.0.0.1:8080/oauth/callback");

  private Person() {}

  /** To connect an account with an application of its own. */
  static ConnectRequest wish(String account) {
    return new ConnectRequest(account, new Application(account, account), AccountTerms.NONE, false);
  }

  /** The same of a person who knows the company, where no list can be read that would tell. */
  static ConnectRequest isSure(String account) {
    return new ConnectRequest(account, new Application(account, account), AccountTerms.NONE, true);
  }

  /** Connects a known account as {@code ./ordem connect} does. */
  static AuthorisationResult connects(TinyClient client, String account) throws Exception {
    return connects(client, new ConnectRequest(account, null, AccountTerms.NONE, false));
  }

  static AuthorisationResult connects(TinyClient client, ConnectRequest wish) throws Exception {
    Map<String, String> back = logsIn(client.connections().begin(wish, CALLBACK));
    return client
        .connections()
        .complete(String.valueOf(back.get("state")), String.valueOf(back.get("code")));
  }

  /** A process of its own, as far as a test can have one, started. */
  static TinyClient process(
      TinySimulator tiny, DataSource database, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("TINY_API_URL", tiny.apiUrl().toString());
    all.put("TINY_AUTH_URL", tiny.authUrl().toString());
    all.put("ORDEM_SECRET_KEY", Tiny.KEY);
    all.putIfAbsent("TINY_REQUESTS_PER_MINUTE", "0");
    all.putIfAbsent("TINY_REQUESTS_PER_SECOND", "0");
    Environment environment = Environment.of(all);
    TinySettings settings = TinySettings.of(environment);
    environment.verify();
    TinyClient client = TinyClient.create(settings, database, new SimpleMeterRegistry());
    client.start();
    return client;
  }

  /** What the browser is sent back with. */
  private static Map<String, String> logsIn(URI page) throws Exception {
    HttpClient browser = HttpClient.newHttpClient();
    HttpResponse<String> shown =
        browser.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(shown.statusCode()).isEqualTo(200);
    String form = page.getRawQuery() + "&username=demo&password=demo";
    HttpRequest submit =
        HttpRequest.newBuilder(URI.create(page.toString().replaceAll("\\?.*", "")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    HttpResponse<String> sent = browser.send(submit, HttpResponse.BodyHandlers.ofString());
    URI back = URI.create(sent.headers().firstValue("Location").orElseThrow());
    assertThat(back.toString()).startsWith(CALLBACK.toString());
    return Arrays.stream(back.getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
