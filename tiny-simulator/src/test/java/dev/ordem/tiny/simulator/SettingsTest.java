package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void withoutVariablesThereIsADemonstrationOnLoopback() {
    SimulatorSettings settings = SimulatorSettings.fromEnvironment(Map.of("PATH", "/bin"));
    assertThat(settings).isEqualTo(SimulatorSettings.defaults());
    assertThat(settings.http().getAddress().isLoopbackAddress()).isTrue();
    assertThat(settings.http().getPort()).isEqualTo(8090);
    assertThat(settings.orders()).isEqualTo(500);
    assertThat(settings.limits()).isEqualTo(new Limits(120, 4, Duration.ofMinutes(1)));
    assertThat(settings.weather().latency()).isEqualTo(Duration.ofMillis(270));
    assertThat(settings.clients()).containsExactly(new Client("demo", "demo", "demo"));
  }

  @Test
  void everyVariableIsRead() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SIMULATOR_HTTP", "127.0.0.1:0");
    environment.put("SIMULATOR_ACCOUNTS", "loja-a, loja-b");
    environment.put("SIMULATOR_ORDERS", "7");
    environment.put("SIMULATOR_SEED", "-3");
    environment.put("SIMULATOR_REQUESTS_PER_MINUTE", "0");
    environment.put("SIMULATOR_REQUESTS_PER_SECOND", "0");
    environment.put("SIMULATOR_QUOTA_WINDOW", "PT5S");
    environment.put("SIMULATOR_CHANGES_PER_MINUTE", "12.5");
    environment.put("SIMULATOR_LATENCY", "real");
    environment.put("SIMULATOR_WEATHER", "errors=0.1,slow=0.2");
    environment.put("SIMULATOR_ACCESS_TOKEN_LIFE", "PT1M");
    environment.put("SIMULATOR_REFRESH_TOKEN_LIFE", "PT2M");
    environment.put("SIMULATOR_STATE", "/var/lib/simulator");
    SimulatorSettings settings = SimulatorSettings.fromEnvironment(environment);
    assertThat(settings.http().getPort()).isZero();
    assertThat(settings.clients()).extracting(Client::id).containsExactly("loja-a", "loja-b");
    assertThat(settings.orders()).isEqualTo(7);
    assertThat(settings.seed()).isEqualTo(-3);
    assertThat(settings.limits()).isEqualTo(new Limits(0, 0, Duration.ofSeconds(5)));
    assertThat(settings.changesPerMinute()).isEqualTo(12.5);
    assertThat(settings.weather()).isEqualTo(new Weather(Duration.ofMillis(270), 0.1, 0, 0, 0.2));
    assertThat(settings.tokens().access()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.tokens().refresh()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.state()).contains(Path.of("/var/lib/simulator"));
  }

  @Test
  void everyMistakeIsNamedAtOnceWithWhatWouldBeRight() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SIMULATOR_HTTP", "8090");
    environment.put("SIMULATOR_ACCOUNTS", "a,,b");
    environment.put("SIMULATOR_ORDERS", "many");
    environment.put("SIMULATOR_REQUESTS_PER_MINUTE", "-1");
    environment.put("SIMULATOR_QUOTA_WINDOW", "PT0S");
    environment.put("SIMULATOR_CHANGES_PER_MINUTE", "NaN");
    environment.put("SIMULATOR_LATENCY", "270ms");
    environment.put("SIMULATOR_WEATHER", "errors=0.6,drops=0.6");
    environment.put("SIMULATOR_COLOUR", "blue");
    assertThatThrownBy(() -> SimulatorSettings.fromEnvironment(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(environment.keySet())
        .contains("SIMULATOR_HTTP=8090 is wrong; give host:port, like 127.0.0.1:8090")
        .hasLineCount(environment.size());
  }

  @Test
  void wrongVariablesEndTheProcessWithTwoAndNoStackTrace() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = run(Map.of("SIMULATOR_ORDERS", "x", "SIMULATOR_SEED", "y"), err);
    assertThat(code).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("SIMULATOR_ORDERS", "SIMULATOR_SEED")
        .doesNotContain("at dev.ordem");
  }

  @Test
  void anAddressInUseEndsTheProcessWithOneAndNamesTheVariable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code = run(Map.of("SIMULATOR_HTTP", "127.0.0.1:" + taken.getLocalPort()), err);
      assertThat(code).isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("127.0.0.1:" + taken.getLocalPort(), "SIMULATOR_HTTP")
          .hasLineCount(1);
    }
  }

  @Test
  void aSimulatorIsStartedOnceAndClosedAsOftenAsOneLikes() {
    TinySimulator tiny = new TinySimulator(SimulatorSettings.inProcess().withOrders(1));
    tiny.close();
    assertThatThrownBy(tiny::apiUrl).hasMessageContaining("start()");
    tiny.start();
    assertThatThrownBy(tiny::start).isInstanceOf(IllegalStateException.class);
    int port = tiny.apiUrl().getPort();
    tiny.close();
    tiny.close();
    TinySimulator next = new TinySimulator(SimulatorSettings.inProcess().withPort(port));
    next.start().close();
  }

  private static int run(Map<String, String> environment, ByteArrayOutputStream err) {
    return SimulatorMain.run(
        environment,
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
