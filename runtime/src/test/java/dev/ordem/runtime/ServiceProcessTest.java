package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.javalin.config.RoutesConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceProcessTest {
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @Test
  void servicesStartInOrderAndCloseInReverseOrderOnce() throws Exception {
    ServiceProcess process = process(Map.of(), new Part("a"), new Part("b"));
    process.start();
    process.close();
    process.close();
    assertThat(events).containsExactly("start a", "start b", "close b", "close a");
    assertThat(process.awaitEnd()).isTrue();
  }

  @Test
  void aServiceThatCannotStartIsClosedWithThoseBeforeIt() {
    ServiceProcess process =
        process(Map.of(), new Part("a"), new Part("b").failing(), new Part("c"));
    try (process) {
      assertThatThrownBy(process::start).hasMessage("b cannot start");
    }
    assertThat(events).containsExactly("start a", "start b", "close b", "close a");
  }

  @Test
  void aServiceNoLongerLiveEndsTheWait() throws Exception {
    Part part = new Part("a");
    try (ServiceProcess process = process(Map.of(), part)) {
      process.start();
      part.health = Health.dead("loop", "ended");
      assertThat(process.awaitEnd()).isFalse();
      assertThat(get(process, "/health/live").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void healthMetricsAndTheServicesOwnRoutesAreServed() throws Exception {
    Part part = new Part("a");
    try (ServiceProcess process = process(Map.of(), part, new Part("b"))) {
      process.start();
      assertThat(get(process, "/health/ready").statusCode()).isEqualTo(200);
      part.health = Health.unready("postgres", "away");
      assertThat(get(process, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(process, "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(process, "/health/ready").body())
          .contains("postgres", "away", "\"ready\":false", "\"detail\":\"postgres: away\"");
      assertThat(get(process, "/health/ready").headers().firstValue("Content-Type"))
          .hasValue("application/problem+json");
      assertThat(get(process, "/metrics").body()).contains("jvm_memory_used_bytes");
      assertThat(get(process, "/api/a").body()).isEqualTo("a");
    }
  }

  @Test
  void theApiWantsTheTokenIfThereIsOneAndHealthDoesNot() throws Exception {
    try (ServiceProcess process =
        process(Map.of("ORDEM_API_TOKEN", "t0ken-of-this-test"), new Part("a"))) {
      process.start();
      assertThat(get(process, "/api/a").statusCode()).isEqualTo(401);
      assertThat(get(process, "/api/a", "Authorization", "Bearer t0ken-of-this-test").statusCode())
          .isEqualTo(200);
      assertThat(get(process, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void listeningBeyondLoopbackNeedsAToken() {
    assertThatThrownBy(() -> process(Map.of("ORDEM_HTTP", "0.0.0.0:0"), new Part("a")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("ORDEM_API_TOKEN: not set", "0.0.0.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::1:8080",
        "http://127.0.0.1:8080",
        "[::1:8080",
        "*:8080",
        "foo.invalid:8080",
        "127.0.0.1:99999",
        "[]:8080"
      })
  void anAddressThatIsNoneIsNamedWithItsForm(String address) {
    assertThatThrownBy(() -> process(Map.of("ORDEM_HTTP", address), new Part("a")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("ORDEM_HTTP: ", "127.0.0.1:8080", "[::1]:8080")
        .hasMessageNotContaining("ORDEM_API_TOKEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "only fifteen ch", "sixteen letters and spaces", "tökén-tökén-tökén"})
  void aTokenThatCanBeGuessedOrNotSentIsRefusedAndNotShown(String token) {
    Map<String, String> variables =
        Map.of(
            "ORDEM_HTTP", "0.0.0.0:0", "ORDEM_API_TOKEN", token, "ORDEM_READ_TOKEN", token + "2");
    assertThatThrownBy(() -> process(variables, new Part("a")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("ORDEM_API_TOKEN: ", "ORDEM_READ_TOKEN: ", "16", "openssl rand")
        .hasMessageNotContainingAny("not set", "means nothing", "\"" + token);
  }

  @Test
  void whoIsNotLetInWaitsAndSaysWhyInsteadOfEnding() throws Exception {
    AtomicBoolean letIn = new AtomicBoolean();
    Part part = new Part("a");
    part.letIn = letIn::get;
    CompletableFuture<Boolean> ended;
    try (ServiceProcess process = process(Map.of(), part)) {
      ended = inBackground(process);
      await().until(() -> !process.health().ready());
      assertThat(process.health().live()).isTrue();
      assertThat(get(process, "/health/ready").body()).contains("waits: wrong password");
      assertThat(events).isEmpty();
      letIn.set(true);
      await().until(() -> events.contains("start a") && process.health().ready());
    }
    assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Nothing would change by waiting; whoever looks after the process is told so by its code. */
  @Test
  void whoIsWrongHereEndsWithTwoInsteadOfWaiting() throws Exception {
    Part part = new Part("a");
    part.wrong = "these stores are another's";
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ServiceProcess.run(
            Map.of("ORDEM_HTTP", "127.0.0.1:0"),
            0,
            (environment, meters) -> part,
            new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).isEqualTo(ServiceProcess.MISCONFIGURED);
    assertThat(errors.toString(StandardCharsets.UTF_8).strip()).isEqualTo(part.wrong);
    assertThat(events).isEmpty();
  }

  @Test
  void badVariablesEndTheProcessWithTwoAndAllTheirNames() throws Exception {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        ServiceProcess.run(
            Map.of("ORDEM_HTTP", "nowhere"),
            0,
            (environment, meters) -> {
              environment.required("A", "this");
              environment.required("B", "that");
              return new Part("a");
            },
            new PrintStream(errors, true, StandardCharsets.UTF_8));
    assertThat(code).isEqualTo(ServiceProcess.MISCONFIGURED);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("A: ", "B: ", "ORDEM_HTTP: ");
    assertThat(events).isEmpty();
  }

  @Test
  void aPortInUseIsOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ByteArrayOutputStream errors = new ByteArrayOutputStream();
      int code =
          ServiceProcess.run(
              Map.of("ORDEM_HTTP", "127.0.0.1:" + taken.getLocalPort()),
              0,
              (environment, meters) -> new Part("a"),
              new PrintStream(errors, true, StandardCharsets.UTF_8));
      assertThat(code).isEqualTo(ServiceProcess.FAILED);
      assertThat(errors.toString(StandardCharsets.UTF_8).strip())
          .contains("ORDEM_HTTP", Integer.toString(taken.getLocalPort()))
          .hasLineCount(1);
    }
  }

  private static ServiceProcess process(Map<String, String> variables, Part... parts) {
    List<ServiceProcess.Factory> factories = new ArrayList<>();
    for (Part part : parts) {
      factories.add((environment, meters) -> part);
    }
    return new ServiceProcess(Environment.of(variables), 0, factories);
  }

  /** Starts it as a process of its own would, and waits for its end. */
  private static CompletableFuture<Boolean> inBackground(ServiceProcess process) {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                process.startWhenLetIn();
                ended.complete(process.awaitEnd());
              } catch (StartException | InterruptedException e) {
                ended.completeExceptionally(e);
              }
            })
        .start();
    return ended;
  }

  private static HttpResponse<String> get(ServiceProcess process, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private final class Part implements Service {
    private final String name;
    private boolean fails;
    private volatile BooleanSupplier letIn = () -> true;
    private volatile @Nullable String wrong;
    private volatile Health health = Health.up();

    Part(String name) {
      this.name = name;
    }

    Part failing() {
      fails = true;
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void check() throws StartException {
      if (wrong != null) {
        throw StartException.ofWrongStart(wrong);
      }
      if (!letIn.getAsBoolean()) {
        throw new StartException("wrong password");
      }
    }

    @Override
    public void start() throws StartException {
      events.add("start " + name);
      if (fails) {
        throw new StartException(name + " cannot start");
      }
    }

    @Override
    public Health health() {
      return health;
    }

    @Override
    public void routes(RoutesConfig routes) {
      routes.get("/api/" + name, http -> http.result(name));
    }

    @Override
    public void close() {
      events.add("close " + name);
    }
  }
}
