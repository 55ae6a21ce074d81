package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the producer is sent of the options that say which run is meant. */
class RunOptionsTest {
  private static final String[] PERIOD = {
    "--mode", "period", "--from", "2026-01-31", "--to", "2026-02-01", "--account", "loja-2"
  };

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private HttpServer producer;

  @BeforeEach
  void start() throws IOException {
    producer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    producer.createContext("/", this::answer);
    producer.start();
  }

  @AfterEach
  void stop() {
    producer.stop(0);
  }

  @Test
  void aRunAndItsPlanAreSentTheSame() {
    assertThat(execute("plan", PERIOD)).isZero();
    assertThat(asked.remove())
        .isEqualTo(
            "GET /api/plan?mode=period&from=2026-01-31&to=2026-02-01&account=loja-2"
                + "&headersOnly=false ");
    assertThat(execute("run", PERIOD)).isZero();
    assertThat(asked.remove())
        .isEqualTo(
            "POST /api/runs {\"mode\":\"period\",\"from\":\"2026-01-31\",\"to\":\"2026-02-01\","
                + "\"account\":\"loja-2\",\"headersOnly\":false}");
  }

  @Test
  void whatIsNotGivenIsLeftToTheProducer() {
    assertThat(execute("plan", "--headers-only")).isZero();
    assertThat(asked.remove()).isEqualTo("GET /api/plan?mode=incremental&headersOnly=true ");
    assertThat(execute("run", "--max", "7")).isZero();
    assertThat(asked.remove())
        .isEqualTo("POST /api/runs {\"max\":7,\"mode\":\"incremental\",\"headersOnly\":false}");
  }

  private int execute(String command, String... options) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    all.addAll(List.of("--url", "http://127.0.0.1:" + producer.getAddress().getPort()));
    return Ordem.commandLine().execute(all.toArray(String[]::new));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write("{}".getBytes(UTF_8));
    exchange.close();
  }
}
