package dev.ordem.tiny;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** Stands before the simulator's token endpoint and holds an exchange where the test wants it. */
final class TokenGate implements AutoCloseable {
  /** Where an exchange is held. */
  enum Where {
    /** The endpoint never hears of it. */
    ON_ITS_WAY,
    /** The endpoint has answered: the old refresh token is dead. */
    ON_ITS_WAY_BACK
  }

  private final MockWebServer server = new MockWebServer();
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI realm;
  private final Where where;
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  TokenGate(URI realm, Where where) throws IOException {
    this.realm = realm;
    this.where = where;
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            return pass(request);
          }
        });
    server.start();
  }

  /** In the place of the realm's. */
  URI authUrl() {
    return server.url(realm.getPath()).uri();
  }

  /** Returns when an exchange is held. */
  void awaitHeld() throws InterruptedException {
    if (!held.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("no exchange came within a minute");
    }
  }

  /** Lets go whatever is held. */
  void open() {
    open.countDown();
  }

  private MockResponse pass(RecordedRequest request) throws InterruptedException {
    if (where == Where.ON_ITS_WAY) {
      hold();
      return Tiny.json(503, "");
    }
    MockResponse answer = ask(request);
    hold();
    return answer;
  }

  private void hold() throws InterruptedException {
    held.countDown();
    open.await();
  }

  private MockResponse ask(RecordedRequest request) throws InterruptedException {
    HttpRequest exchange =
        HttpRequest.newBuilder(URI.create(realm + "/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.getBody().toByteArray()))
            .build();
    try {
      HttpResponse<String> answer = http.send(exchange, HttpResponse.BodyHandlers.ofString());
      return Tiny.json(answer.statusCode(), answer.body());
    } catch (IOException e) {
      return Tiny.json(502, "{\"error\":\"" + e.getClass().getSimpleName() + "\"}");
    }
  }

  @Override
  public void close() {
    open();
    server.close();
  }
}
