package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RateLimitOverHttpTest {
  private final SettableClock clock = new SettableClock("2026-03-02T12:00:30Z");
  private TinySimulator tiny;
  private Caller caller;

  @BeforeEach
  void start() {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withOrders(5)
            .withLimits(new Limits(30, 4, Duration.ofMinutes(1)));
    tiny = new TinySimulator(settings, clock).start();
    caller = new Caller(tiny);
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void fourASecondAndThirtyAMinuteAreAdmittedAndEveryOtherCallIsEmptilyRefused() throws Exception {
    int admitted = 0;
    for (int second = 0; second < 30; second++) {
      for (int i = 0; i < 5; i++) {
        HttpResponse<String> response = caller.get("/ordem-servico?limit=1");
        if (response.statusCode() == 200) {
          admitted++;
        } else {
          assertThat(response.statusCode()).isEqualTo(429);
          assertThat(response.body()).isEmpty();
          assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        }
      }
      clock.go(Duration.ofSeconds(1));
    }
    assertThat(admitted).isEqualTo(30);
    assertThat(caller.get("/ordem-servico?limit=1").statusCode()).isEqualTo(200);
    SimulatedAccount account = tiny.account();
    assertThat(account.requests()).isEqualTo(151);
    assertThat(account.rejected()).isEqualTo(120);
    assertThat(account.mostArrivalsIn(Duration.ofSeconds(1))).isEqualTo(5);
    assertThat(account.mostArrivalsIn(Duration.ofMinutes(1))).isEqualTo(151);
  }

  @Test
  void foreignCallsLeaveLessForUs() throws Exception {
    assertThat(tiny.account().foreignCalls(29)).as("of a second").isEqualTo(4);
    tiny.account().limits(new Limits(30, 0, Duration.ofMinutes(1)));
    assertThat(tiny.account().foreignCalls(25)).isEqualTo(25);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(429);
    assertThat(tiny.account().requests()).isEqualTo(2);
  }

  @Test
  void everyCallOfAnAccountCountsWhateverItsAnswer() throws Exception {
    tiny.account().limits(new Limits(3, 0, Duration.ofMinutes(1)));
    assertThat(caller.get("/ordem-servico/1").statusCode()).isEqualTo(404);
    assertThat(caller.get("/ordem-servico?limit=0").statusCode()).isEqualTo(400);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
    assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(429);
  }

  /** A JDK may bring the names into one spelling of its own, which is not the documented one. */
  @Test
  void onTheWireTheHeaderNamesAreNotAlwaysSpelledAsDocumented() throws Exception {
    tiny.account().limits(new Limits(1_000, 0, Duration.ofMinutes(1)));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      names.addAll(rawHeaderNames());
    }
    assertThat(names)
        .filteredOn(name -> name.equalsIgnoreCase("X-RateLimit-Limit"))
        .hasSize(6)
        .anyMatch(name -> !name.equals("X-RateLimit-Limit"));
  }

  private List<String> rawHeaderNames() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tiny.apiUrl().getPort())) {
      String request =
          "GET %s/ordem-servico?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  .formatted(tiny.apiUrl().getPath())
              + "Authorization: Bearer "
              + tiny.account().accessToken()
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> names = new ArrayList<>();
      String line = in.readLine();
      assertThat(line).contains("200");
      for (line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        names.add(line.substring(0, line.indexOf(':')));
      }
      return names;
    }
  }
}
