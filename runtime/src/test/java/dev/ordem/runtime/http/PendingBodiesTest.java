package dev.ordem.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.Javalin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Over real sockets: who keeps a body back keeps nobody else from an answer. */
class PendingBodiesTest {
  private static final String LOGIN = head("POST /login", "application/x-www-form-urlencoded");
  private static final String ECHO = head("POST /echo", "application/json");
  private static final String LIVE =
      head("GET /health/live", "text/plain") + "Connection: close\r\n\r\n";

  private final List<Socket> sockets = new ArrayList<>();
  private final Javalin guarded = serve(server -> {});
  private final Javalin hasty =
      serve(server -> server.setHandler(new PendingBodies(1 << 20, Duration.ofMillis(50))));

  private static Javalin serve(Consumer<Server> change) {
    AccessFilter filter = new AccessFilter(Optional.of("all-t0ken"), Optional.empty(), Set.of());
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              filter.addTo(config);
              config.jetty.modifyServer(change);
              config.routes.get("/health/live", http -> http.result("live"));
              config.routes.post("/echo", http -> http.result("read " + http.body()));
            })
        .start("127.0.0.1", 0);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    guarded.stop();
    hasty.stop();
  }

  @Test
  void bodiesThatDoNotComeHoldNoThreadAndAreFew() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      silent.add(send(guarded, LOGIN + "Content-Length: 1000\r\n\r\nt"));
    }
    assertThat(answer(send(guarded, LIVE))).startsWith("HTTP/1.1 200");
    assertThat(answer(silent.get(599)))
        .startsWith("HTTP/1.1 503")
        .contains("application/problem+json", "Retry-After", "body");
  }

  @Test
  void aBodyThatDoesNotComeIsRefusedInTimeAndItsPlaceIsFreeAgain() throws Exception {
    for (int i = 0; i < 2 * PendingBodies.MOST_OF_AN_ADDRESS; i++) {
      assertThat(answer(send(hasty, LOGIN + "Content-Length: 1000\r\n\r\nt")))
          .startsWith("HTTP/1.1 408")
          .contains("application/problem+json");
    }
  }

  @Test
  void aBodyInPiecesIsReadWhole() throws Exception {
    String head = ECHO + "Authorization: Bearer all-t0ken\r\nConnection: close\r\n";
    Socket slow = send(guarded, head + "Content-Length: 4\r\n\r\n{");
    assertThat(answer(send(guarded, LIVE))).startsWith("HTTP/1.1 200");
    write(slow, "\"\"}");
    assertThat(answer(slow)).startsWith("HTTP/1.1 200").endsWith("read {\"\"}");
    String chunks = head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    assertThat(answer(send(guarded, chunks))).endsWith("read {}");
  }

  @Test
  void aBrokenChunkIsTheSendersFault() throws Exception {
    String broken =
        ECHO + "Authorization: Bearer all-t0ken\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n";
    assertThat(answer(send(guarded, broken)))
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json");
  }

  @Test
  void whatIsSaidToBeTooLargeIsNotWaitedFor() throws Exception {
    assertThat(answer(send(guarded, LOGIN + "Content-Length: 200000000\r\n\r\nt")))
        .startsWith("HTTP/1.1 413")
        .contains("application/problem+json");
  }

  @Test
  void whoAsksWhetherToSendTooMuchIsToldNo() throws Exception {
    String asks = LOGIN + "Expect: 100-continue\r\nContent-Length: 20000000\r\n\r\n";
    assertThat(answer(send(guarded, asks))).startsWith("HTTP/1.1 413");
  }

  /** The places of those who went are free again when the server has seen that they went. */
  @Test
  void whoGoesAwayInTheMidstOfABodyIsNoError() throws Exception {
    String token = "Authorization: Bearer all-t0ken\r\n";
    PrintStream before = System.err; // where the log goes
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      for (int i = 0; i < PendingBodies.MOST_OF_AN_ADDRESS; i++) {
        Socket socket = send(guarded, ECHO + token + "Content-Length: 1000\r\n\r\n{");
        socket.setSoLinger(true, 0); // as a program that is killed: a reset
        socket.close();
      }
      String whole = ECHO + token + "Connection: close\r\nContent-Length: 2\r\n\r\n";
      await()
          .until(
              () -> {
                Socket slow = send(guarded, whole);
                write(slow, "{}");
                return answer(slow).endsWith("read {}");
              });
      LoggerFactory.getLogger(PendingBodiesTest.class).warn("the end");
      assertThat(log.toString(StandardCharsets.UTF_8).lines())
          .filteredOn(line -> !line.contains(" INFO "))
          .singleElement()
          .asString()
          .contains("the end");
    } finally {
      System.setErr(before);
    }
  }

  private static String head(String asked, String type) {
    return asked + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n";
  }

  private Socket send(Javalin server, String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    write(socket, text);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
