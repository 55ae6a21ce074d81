package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.producer.api.connect.ConnectApi;
import dev.ordem.producer.api.connect.ConnectSettings;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.http.AccessFilter;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.TinyClient;
import dev.ordem.tiny.TinySettings;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import io.javalin.Javalin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connecting over HTTP, with a Tiny that checks state, code and PKCE; a form is posted by hand. */
class ConnectApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final List<String> COMPANIES =
      List.of("default", "loja", "once", "forged", "first", "second", "pkce", "denied", "outage");

  private static final String TOKEN = "the-t0ken-of-who-may-all";

  private static final String BODY =
      "{\"clientId\":\"@\",\"clientSecret\":\"@\",\"perSecond\":0,\"perMinute\":0}";

  private static EmbeddedPostgres postgres;
  private static TinySimulator tiny;
  private static TinyClient client;
  private static Javalin open;
  private static Javalin guarded;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    Client[] companies = COMPANIES.stream().map(Client::named).toArray(Client[]::new);
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(20);
    tiny = new TinySimulator(settings.withClients(companies)).start();
    Map<String, String> variables =
        Map.of(
            "TINY_API_URL", tiny.apiUrl().toString(),
            "TINY_AUTH_URL", tiny.authUrl().toString(),
            "TINY_CLIENT_ID", tiny.account().clientId(),
            "TINY_CLIENT_SECRET", tiny.account().clientSecret(),
            "TINY_REQUESTS_PER_SECOND", "0",
            "TINY_REQUESTS_PER_MINUTE", "0",
            "ORDEM_SECRET_KEY", "a passphrase of the test, long enough to be one");
    Environment environment = Environment.of(variables);
    TinySettings tinySettings = TinySettings.of(environment);
    environment.verify();
    client =
        TinyClient.create(tinySettings, postgres.getPostgresDatabase(), new SimpleMeterRegistry());
    client.start();
    open = serve(Optional.empty());
    guarded = serve(Optional.of(TOKEN));
  }

  @AfterAll
  static void stop() throws Exception {
    open.stop();
    guarded.stop();
    client.close();
    tiny.close();
    postgres.close();
  }

  @Test
  void whoSaysYesHasAnAccountThatCanBeReadAtOnce() throws Exception {
    URI callback = approve(begun("loja"));
    HttpResponse<String> page = get(callback);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(page.body()).contains("A conta loja está conectada", "Account loja is connected");
    assertThat(client.health("loja").orElseThrow().state()).isEqualTo(AccountHealth.State.READY);
    assertThat(client.headers("loja", query())).isInstanceOf(Answer.Ok.class);
    String log = Files.readString(Path.of(System.getProperty("test.log", "target/test.log")));
    assertThat(log).contains("Account loja is connected");
    assertThat(log).doesNotContain(parameter(callback, "state"), parameter(callback, "code"));
  }

  @Test
  void aBrowserMayBeginWhereTheAccountHasAnApplication() throws Exception {
    HttpResponse<String> known = get(at(open, "/oauth/start?account=default"));
    assertThat(known.statusCode()).isEqualTo(302);
    assertThat(known.headers().firstValue("Location").orElseThrow()).contains("client_id=default");
    HttpResponse<String> unknown = get(at(open, "/oauth/start?account=nobody"));
    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body()).contains("--client-id");
  }

  @Test
  void aCompanyThatHasANameIsNotTakenUnderAnother() throws Exception {
    get(approve(begun("loja")));
    HttpResponse<String> begun =
        HTTP.send(
            HttpRequest.newBuilder(at(open, "/api/accounts/another/connect"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY.replace("@", "loja")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    URI page = URI.create(JSON.readTree(begun.body()).path("url").asText());
    HttpResponse<String> refused = get(approve(page));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("The same company", "--confirm-company", "Nada mudou");
    assertThat(attempt(JSON.readTree(begun.body()), "another").path("message").asText())
        .contains("account loja");
    assertThat(client.health("another")).isEmpty();
  }

  @Test
  void aCallbackIsGoodOnce() throws Exception {
    URI callback = approve(begun("once"));
    assertThat(get(callback).statusCode()).isEqualTo(200);
    HttpResponse<String> again = get(callback);
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("já foi usada", "unknown, used or older");
  }

  @Test
  void aCodeIsNotTakenWithAnotherState() throws Exception {
    URI callback = approve(begun("forged"));
    String state = parameter(callback, "state");
    URI forged = URI.create(callback.toString().replace(state, "x" + state.substring(1) + "x"));
    assertThat(get(forged).statusCode()).isEqualTo(400);
    assertThat(client.health("forged")).isEmpty();
  }

  @Test
  void aCodeThatWasUsedIsRefused() throws Exception {
    URI first = approve(begun("first"));
    URI second = approve(begun("second"));
    assertThat(get(first).statusCode()).isEqualTo(200);
    String used = second.toString().replace(parameter(second, "code"), parameter(first, "code"));
    HttpResponse<String> page = get(URI.create(used));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("Code not valid");
    assertThat(client.health("second")).isEmpty();
  }

  @Test
  void aCodeThatWasAskedForWithAnotherChallengeIsRefused() throws Exception {
    String page = begun("pkce").toString();
    String other = page.replaceAll("code_challenge=[^&]+", "code_challenge=" + "A".repeat(43));
    assertThat(other).isNotEqualTo(page);
    HttpResponse<String> answer = get(approve(URI.create(other)));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("PKCE verification failed");
    assertThat(client.health("pkce")).isEmpty();
  }

  @Test
  void whoSaysNoIsToldAndNothingChanges() throws Exception {
    JsonNode begun = JSON.readTree(post(open, "denied").body());
    URI callback = submit(URI.create(begun.path("url").asText()), "deny=1");
    assertThat(attempt(begun, "denied").path("state").asText()).isEqualTo("WAITING");
    HttpResponse<String> page = get(callback);
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("access_denied", "Nada mudou", "Nothing was changed");
    assertThat(attempt(begun, "denied").path("state").asText()).isEqualTo("FAILED");
    assertThat(client.health("denied")).isEmpty();
  }

  @Test
  void anOutageOfTinyIsABadGateway() throws Exception {
    URI callback = approve(begun("outage"));
    tiny.account("outage").failNext(Fault.status(503).on(Endpoint.TOKEN), 1);
    assertThat(get(callback).statusCode()).isEqualTo(502);
    assertThat(client.health("outage")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Loja", "a b", "x:1", "<b>"})
  void aNameThatCannotBeAnAccountIsRefused(String name) throws Exception {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
    HttpResponse<String> page = get(at(open, "/oauth/start?account=" + encoded));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("lower-case letters").doesNotContain("<b>");
  }

  @Test
  void whereTheApiAsksForATokenOnlyWhoShowsItBegins() throws Exception {
    HttpResponse<String> page = get(at(guarded, "/oauth/start?account=loja"));
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.headers().firstValue("Location")).isEmpty();
    assertThat(page.body()).contains("ORDEM_API_TOKEN");
    assertThat(post(guarded, "loja").statusCode()).isEqualTo(401);
    HttpRequest withToken =
        HttpRequest.newBuilder(at(guarded, "/oauth/start?account=default"))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    HttpResponse<String> begun = HTTP.send(withToken, HttpResponse.BodyHandlers.ofString());
    assertThat(begun.statusCode()).isEqualTo(302);
    assertThat(begun.headers().firstValue("Location").orElse("")).startsWith(tiny.authUrl() + "");
  }

  @Test
  void anotherSiteCannotStart() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(at(open, "/oauth/start?account=loja"))
            .header("Sec-Fetch-Site", "cross-site")
            .build();
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(403);
  }

  @Test
  void textOfAStrangerIsNotRepeated() throws Exception {
    HttpResponse<String> page = get(at(open, "/oauth/callback?error=Call+555-0100+now"));
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).doesNotContain("555");
    assertThat(get(at(open, "/oauth/callback?state=x")).statusCode()).isEqualTo(400);
    assertThat(get(at(open, "/oauth/callback?error=server_error")).statusCode()).isEqualTo(502);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/oauth/callback", "/oauth/callback?error=access_denied", "/oauth/start?account="})
  void aProgramIsToldOfAnErrorAsOfAnyOther(String path) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(at(open, path)).header("Accept", "*/*").build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(JSON.readTree(answer.body()).path("detail").asText()).isNotBlank();
    assertThat(get(at(open, path)).headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/html");
  }

  private static Javalin serve(Optional<String> token) {
    ConnectApi api =
        new ConnectApi(
            new ConnectSettings(() -> Optional.of(client), token.isPresent(), Optional.empty()));
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              new AccessFilter(token, Optional.empty(), Set.of()).addTo(config);
              api.routes(config.routes);
            })
        .start("127.0.0.1", 0);
  }

  private static URI begun(String account) throws Exception {
    HttpResponse<String> answer = post(open, account);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return URI.create(JSON.readTree(answer.body()).path("url").asText());
  }

  private static URI approve(URI page) throws Exception {
    return submit(page, "username=demo&password=demo");
  }

  /** What the form on Tiny's page sends; the answer's address. */
  private static URI submit(URI page, String fields) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(tiny.authUrl() + "/auth"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(page.getRawQuery() + "&" + fields))
            .build();
    HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    return URI.create(answer.headers().firstValue("Location").orElseThrow());
  }

  private static JsonNode attempt(JsonNode begun, String account) throws Exception {
    String path = "/api/accounts/" + account + "/connect/" + begun.path("attempt").asText();
    return JSON.readTree(get(at(open, path)).body());
  }

  private static HttpResponse<String> post(Javalin server, String account) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(at(server, "/api/accounts/" + account + "/connect"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(BODY.replace("@", account)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** As a browser. */
  private static HttpResponse<String> get(URI address) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address).header("Accept", "text/html,*/*;q=0.8").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static URI at(Javalin server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static String parameter(URI address, String name) {
    return address.getRawQuery().replaceAll("(^|.*&)" + name + "=([^&]*).*", "$2");
  }

  private static HeaderQuery query() {
    return new HeaderQuery(null, null, null, HeaderQuery.Order.DESC, 100, 0, Priority.PAGE);
  }
}
