package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does and sees, in the browser that people have. */
@Tag("browser")
class BrowserTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void aPersonConnectsAnAccountAndItsOrdersCome() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withClients(Client.named("default"), Client.named("loja"))
            .withOrders(60);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline = new Pipeline(home, variables(tiny), ServiceCommands.all(), line -> {});
        ShutdownSignal stop = new ShutdownSignal();
        Browser browser = Browser.start(directory.resolve("profile"))) {
      pipeline.start(stop);
      ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());

      browser.open(URI.create(pipeline.url() + "/oauth/start?account=default"));
      assertThat(browser.address().toString()).startsWith(tiny.authUrl().toString());
      browser.open(URI.create(pipeline.url() + "/oauth/start?account=loja"));
      awaitText(browser, "--client-id");

      browser.open(connect(api));
      browser.click("button[name=deny]");
      awaitText(browser, "O Tiny não autorizou", "access_denied");
      assertThat(state(api)).isEmpty();

      browser.open(connect(api));
      browser.type("input[name=username]", "demo");
      browser.type("input[name=password]", "wrong");
      browser.click("#kc-login");
      awaitText(browser, "Usuário ou senha inválidos");
      browser.type("input[name=username]", "demo");
      browser.type("input[name=password]", "demo");
      browser.click("#kc-login");
      awaitText(browser, "A conta loja está conectada", "Account loja is connected");
      assertThat(browser.address().getPath()).isEqualTo("/oauth/callback");
      assertThat(state(api)).isEqualTo("READY");

      browser.open(browser.address());
      awaitText(browser, "já foi usada");
      assertThat(state(api)).isEqualTo("READY");

      assertThat(ConnectTest.run(api)).isEqualTo("COMPLETE");
      try (Connection connection = PipelineTest.connect(pipeline)) {
        assertThat(ConnectTest.orders(connection)).isEqualTo(60);
      }
    }
  }

  /** A click returns before the page it leads to is there, and a page may go while it is read. */
  private static void awaitText(Browser browser, String... parts) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains(parts));
  }

  /** With an application of its own, as the command asks for it. */
  private static URI connect(ProducerApi api) {
    ObjectNode body = api.json().createObjectNode().put("clientId", "loja");
    body.put("clientSecret", "loja").put("perSecond", 0).put("perMinute", 0);
    return URI.create(api.post("/api/accounts/loja/connect", body).path("url").asText());
  }

  private static String state(ProducerApi api) {
    for (JsonNode account : api.get("/api/status").path("accounts")) {
      if (account.path("account").asText().equals("loja")) {
        return account.path("state").asText();
      }
    }
    return "";
  }

  private static Map<String, String> variables(TinySimulator tiny) {
    Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
    variables.remove("TINY_REFRESH_TOKEN");
    return variables;
  }
}
