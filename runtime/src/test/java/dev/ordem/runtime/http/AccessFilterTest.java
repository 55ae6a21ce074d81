package dev.ordem.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets: no route may be reached by who must not. */
class AccessFilterTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Javalin open =
      serve(new AccessFilter(Optional.empty(), Optional.empty(), Set.of()));
  private final Javalin guarded =
      serve(new AccessFilter(Optional.of("all-t0ken"), Optional.of("read-t0ken"), Set.of()));
  private int reached;

  private Javalin serve(AccessFilter filter) {
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              filter.addTo(config);
              config.routes.get("/", http -> http.result("page"));
              config.routes.get("/api/it", http -> http.result("it" + Rights.of(http)));
              config.routes.post("/api/it", http -> http.result("done " + ++reached));
              config.routes.get("/health/live", http -> http.result("live"));
              config.routes.get("/health/who", http -> http.result("" + Rights.of(http)));
              config.routes.get("/oauth/who", http -> http.result("" + Rights.of(http)));
              config.routes.get(
                  "/api/picky",
                  http -> {
                    throw Problem.invalid("it: \"" + http.queryParam("it") + "\"");
                  });
              config.routes.get("/metrics", http -> http.result("metrics"));
              config.routes.get(
                  "/api/broken",
                  http -> {
                    throw new IllegalStateException("secret of the inside");
                  });
            })
        .start("127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    open.stop();
    guarded.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/it", "/metrics", "/nothing", "/api/nothing"})
  void aForeignHostReachesNothing(String path) throws Exception {
    String answer = raw(open, "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n");
    assertThat(answer).startsWith("HTTP/1.1 403").contains("application/problem+json");
    assertThat(raw(open, "GET /health/live HTTP/1.1\r\nHost: evil.example\r\n")).contains("200");
  }

  @Test
  void aFormOfAnotherSiteChangesNothing() throws Exception {
    assertThat(send(open, "POST", "/api/it", "{}", "Content-Type", "text/plain").statusCode())
        .isEqualTo(415);
    HttpResponse<String> foreign =
        send(open, "POST", "/api/it", "{}", "Content-Type", "application/json", "Origin", "null");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(reached).isZero();
    assertThat(send(open, "POST", "/api/it", "{}", "Content-Type", "application/json").body())
        .isEqualTo("done 1");
    assertThat(send(open, "POST", "/api/it", "").body()).isEqualTo("done 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST"})
  void noHeaderGivesARequestAnotherMethod(String method) throws Exception {
    for (String other : List.of("POST", "post", "GET", "DELETE", "")) {
      for (Javalin each : List.of(open, guarded)) {
        assertThat(send(each, method, "/api/it", "", "X-HTTP-Method-Override", other).statusCode())
            .isEqualTo(400);
      }
    }
    assertThat(reached).isZero();
  }

  @Test
  void tokensOpenWhatTheyAreFor() throws Exception {
    assertThat(get(guarded, "/api/it").statusCode()).isEqualTo(401);
    assertThat(get(guarded, "/api/it").headers().firstValue("WWW-Authenticate")).isPresent();
    assertThat(get(guarded, "/api/it", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(get(guarded, "/api/it", "Authorization", "Basic all-t0ken").statusCode())
        .isEqualTo(401);
    assertThat(get(guarded, "/api/it", "Authorization", "bearer all-t0ken").body())
        .isEqualTo("itALL");
    assertThat(get(guarded, "/api/it", "Authorization", "Bearer read-t0ken").body())
        .isEqualTo("itREAD");
    HttpResponse<String> write =
        send(guarded, "POST", "/api/it", "", "Authorization", "Bearer read-t0ken");
    assertThat(write.statusCode()).isEqualTo(403);
    assertThat(reached).isZero();
    assertThat(get(guarded, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(guarded, "/api/nothing").statusCode()).isEqualTo(401);
  }

  @Test
  void aBrowserLogsInOnceAndOutAgain() throws Exception {
    HttpResponse<String> sent = get(guarded, "/");
    assertThat(sent.statusCode()).isEqualTo(303);
    assertThat(sent.headers().firstValue("Location").orElse("")).endsWith("/login");
    assertThat(get(guarded, "/login").body()).contains("<form");
    HttpResponse<String> wrong =
        send(guarded, "POST", "/login", "token=wrong", "Content-Type", FORM);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().allValues("Set-Cookie")).isEmpty();
    assertThat(wrong.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    HttpResponse<String> typed =
        send(
            guarded,
            "POST",
            "/login",
            "token=wrong",
            "Content-Type",
            FORM,
            "Accept",
            "text/html,application/xhtml+xml,*/*;q=0.8");
    assertThat(typed.statusCode()).isEqualTo(401);
    assertThat(typed.body()).contains("<form", "is not accepted");
    HttpResponse<String> right =
        send(guarded, "POST", "/login", "token=all-t0ken", "Content-Type", FORM);
    assertThat(right.statusCode()).isEqualTo(303);
    String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/");
    String session = cookie.split(";", 2)[0];
    assertThat(get(guarded, "/api/it", "Cookie", session).body()).isEqualTo("itALL");
    assertThat(get(guarded, "/", "Cookie", session).body()).isEqualTo("page");
    HttpResponse<String> foreign =
        send(guarded, "POST", "/api/it", "", "Cookie", session, "Origin", "https://evil.example");
    assertThat(foreign.statusCode()).isEqualTo(403);
    send(guarded, "POST", "/logout", "", "Cookie", session);
    assertThat(get(guarded, "/api/it", "Cookie", session).statusCode()).isEqualTo(401);
    assertThat(get(guarded, "/api/it", "Cookie", "ordem_session=forged").statusCode())
        .isEqualTo(401);
  }

  @Test
  void guessingIsSlowedDownAndWhoKnowsIsNot() throws Exception {
    HttpResponse<String> last = get(guarded, "/api/it");
    for (int i = 0; i < 40; i++) {
      last = get(guarded, "/api/it", "Authorization", "Bearer guess" + i);
    }
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).hasValue("60");
    assertThat(last.body()).contains("wait a minute");
    assertThat(get(guarded, "/api/it", "Authorization", "Bearer all-t0ken").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/metrics", "/oauth/callback", "/login", "/api/it"})
  void noPathMayBeAskedWithoutABound(String path) throws Exception {
    String once = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n";
    List<String> statuses = new ArrayList<>();
    for (int connection = 0; connection < 5; connection++) {
      String answers = raw(open, (once + "\r\n").repeat(599) + once);
      STATUS.matcher(answers).results().forEach(found -> statuses.add(found.group(1)));
      assertThat(answers).doesNotContain("Retry-After: 60", "wait a minute");
    }
    assertThat(statuses).hasSize(3000);
    assertThat(statuses.subList(0, 5)).doesNotContain("429");
    assertThat(statuses).contains("429");
    String other = path.equals("/metrics") ? "/health/live" : "/metrics";
    assertThat(get(open, other).statusCode()).as("each part by itself").isEqualTo(200);
  }

  @Test
  void whoAsksWithoutATokenIsNobodyWhereverThatIsAllowed() throws Exception {
    assertThat(get(open, "/health/who").body()).isEqualTo("NONE");
    assertThat(get(open, "/oauth/who").body()).isEqualTo("ALL");
    assertThat(get(guarded, "/oauth/who").body()).isEqualTo("NONE");
    assertThat(get(guarded, "/oauth/who", "Authorization", "Bearer read-t0ken").body())
        .isEqualTo("READ");
  }

  @Test
  void everyAnswerCarriesTheHeadersAndEveryErrorIsAProblem() throws Exception {
    for (String path : List.of("/", "/api/it", "/api/nothing", "/api/broken", "/login")) {
      HttpResponse<String> answer = get(open, path);
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
      if (answer.statusCode() >= 400) {
        assertThat(answer.headers().firstValue("Content-Type"))
            .hasValue("application/problem+json");
        assertThat(answer.body()).doesNotContain("secret");
      }
    }
    HttpResponse<String> method = send(open, "DELETE", "/api/it", "");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
    assertThat(method.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void noParameterHoldsNul() throws Exception {
    HttpResponse<String> answer = get(open, "/api/it?account=lo%00ja");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("account: ", "NUL");
  }

  @Test
  void aProblemIsWrittenInUtf8() throws Exception {
    HttpResponse<String> answer = get(open, "/api/picky?it=%C3%A7%E2%80%A6");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("ç…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET /api/%zz HTTP/1.1\r\nHost: localhost\r\n", "NO\r\n", "GET / HTTP/9.9\r\n"})
  void whatIsNoHttpIsAProblemToo(String request) throws Exception {
    assertThat(raw(open, request))
        .matches("(?s)HTTP/1.1 [45].*")
        .contains("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({"/, 414", "/api/it, 431", "/api/%zz, 400"})
  void whatTheServerRefusesByItselfCarriesTheHeadersToo(String path, int status) throws Exception {
    String request =
        switch (status) {
          case 414 -> "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n";
          case 431 ->
              "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000) + "\r\n";
          default -> "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n";
        };
    assertThat(raw(open, request))
        .startsWith("HTTP/1.1 " + status)
        .contains("application/problem+json", "X-Content-Type-Options: nosniff")
        .contains("X-Frame-Options: DENY", "Content-Security-Policy: ", "Cache-Control: no-store");
  }

  @Test
  void aBodyIsBounded() throws Exception {
    Javalin echo =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  new AccessFilter(Optional.empty(), Optional.empty(), Set.of()).addTo(config);
                  config.routes.post("/", http -> http.result("" + http.body().length()));
                })
            .start("127.0.0.1", 0);
    try {
      // It is refused by its length: who goes on sending may find the connection closed.
      String announced =
          """
          POST / HTTP/1.1
          Host: localhost
          Content-Type: application/json
          Content-Length: 2097152
          """
              .replace("\n", "\r\n");
      assertThat(raw(echo, announced)).startsWith("HTTP/1.1 413");
    } finally {
      echo.stop();
    }
  }

  private static HttpResponse<String> get(Javalin server, String path, String... headers)
      throws Exception {
    return send(server, "GET", path, "", headers);
  }

  private static HttpResponse<String> send(
      Javalin server, String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** What a client sends that calls this machine whatever it likes. */
  private static String raw(Javalin server, String head) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      reader.lines().forEach(line -> answer.append(line).append('\n'));
      return answer.toString();
    }
  }
}
