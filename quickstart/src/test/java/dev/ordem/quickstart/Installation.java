package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline as {@code up} runs it, on a simulated account of its own and in a directory that
 * outlives a stop: what a person has who installed Ordem. Belongs to one thread.
 */
final class Installation implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final List<String> STORY =
      List.of(
          "SELECT to_jsonb(r) FROM sync_run r ORDER BY created_at",
          "SELECT to_jsonb(p) FROM sync_run_progress p",
          "SELECT to_jsonb(q) FROM os_sync_queue q",
          "SELECT to_jsonb(s) FROM sink_position s",
          "SELECT to_jsonb(r) FROM restoration r",
          "SELECT to_jsonb(g) FROM generation g",
          "SELECT to_jsonb(l) FROM sync_run_log l ORDER BY l.id DESC LIMIT 60");

  private final Path directory;
  private final TinySimulator tiny;
  private final Map<String, String> variables;
  private @Nullable Running running;

  /** Starts the account, and nothing else. */
  Installation(Path directory, SimulatorSettings settings) {
    this.directory = directory.resolve(".ordem");
    this.tiny = new TinySimulator(settings).start();
    this.variables = new HashMap<>(PipelineTest.variables(tiny));
  }

  /** What runs between a start and a stop. */
  private record Running(
      HomeDirectory home,
      Pipeline pipeline,
      ShutdownSignal stop,
      ProducerApi api,
      Connection database) {}

  /** Another value for the next start; null: none. */
  void set(String variable, @Nullable String value) {
    if (value == null) {
      variables.remove(variable);
    } else {
      variables.put(variable, value);
    }
  }

  Installation start() throws Exception {
    HomeDirectory home = HomeDirectory.open(directory);
    ShutdownSignal stop = new ShutdownSignal();
    Pipeline pipeline = new Pipeline(home, variables, ServiceCommands.all(), line -> {});
    try {
      pipeline.start(stop);
      ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());
      running = new Running(home, pipeline, stop, api, PipelineTest.connect(pipeline));
      return this;
    } finally {
      if (running == null) {
        pipeline.close();
        stop.close();
        home.close();
      }
    }
  }

  void stop() throws SQLException {
    Running stopping = running;
    running = null;
    if (stopping != null) {
      stopping.database.close();
      stopping.pipeline.close();
      stopping.stop.close();
      stopping.home.close();
    }
  }

  /** Removes a part of the directory; everything must be stopped. */
  void remove(String name) {
    assertThat(running).as("stop first").isNull();
    Path part = part(name);
    assertThat(part).exists();
    try (Stream<Path> files = Files.walk(part)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a part of the directory is. */
  Path part(String name) {
    return directory.resolve("data").resolve(name);
  }

  /** Keeps a copy of a part of the directory under another name; everything must be stopped. */
  void copy(String name, String copy) throws IOException {
    assertThat(running).as("stop first").isNull();
    Path from = part(name);
    Path to = part(copy);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  TinySimulator tiny() {
    return tiny;
  }

  SimulatedAccount account() {
    return tiny.account();
  }

  /** How many details were asked for so far. */
  long detailCalls() {
    return account().requests(Endpoint.DETAIL);
  }

  private Running running() {
    return Objects.requireNonNull(running, "not started");
  }

  Pipeline pipeline() {
    return running().pipeline;
  }

  ProducerApi api() {
    return running().api;
  }

  Connection database() {
    return running().database;
  }

  /** Where the brokers are. */
  String kafka() {
    return pipeline().settings().get("KAFKA_BOOTSTRAP_SERVERS").orElseThrow();
  }

  Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
      return admin.listTopics().names().get();
    }
  }

  long count(String sql) throws SQLException {
    return Truth.count(database(), sql);
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = database().createStatement()) {
      statement.execute(sql);
    }
  }

  ObjectNode request(String mode) {
    return api().json().createObjectNode().put("mode", mode);
  }

  /** Asks for a run and returns its id. */
  String ask(ObjectNode request) {
    return new RunView(api().post("/api/runs", request)).id();
  }

  String ask(String mode) {
    return ask(request(mode));
  }

  /** What may be done to a run: cancel, resume, start. */
  void act(String run, String verb) {
    api().post("/api/runs/" + run + "/" + verb, api().json().createObjectNode());
  }

  JsonNode run(String id) {
    return api().get("/api/runs/" + id);
  }

  /** The run once it has ended; its text says how it came to that. */
  JsonNode end(String id) {
    return Awaitility.await("the end of run " + id)
        .atMost(PATIENCE)
        .pollInterval(LOOK)
        .until(() -> run(id), run -> new RunView(run).ended());
  }

  /** Asks for a run, and expects it to end complete. */
  void complete(String mode) {
    assertComplete(end(ask(mode)));
  }

  static void assertComplete(JsonNode run) {
    assertThat(run.path("status").asText()).as(run.toPrettyString()).isEqualTo("COMPLETE");
  }

  static void assertPartial(JsonNode run) {
    assertThat(run.path("status").asText()).as(run.toPrettyString()).isEqualTo("PARTIAL");
  }

  void await(String what, Callable<Boolean> condition) {
    try {
      Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + story(), e);
    }
  }

  /** What Postgres says of runs and of orders that are open: why something did not come. */
  private String story() {
    List<String> lines = new ArrayList<>();
    try (Statement statement = database().createStatement()) {
      for (String sql : STORY) {
        try (ResultSet row = statement.executeQuery(sql)) {
          while (row.next()) {
            lines.add(row.getString(1));
          }
        }
      }
    } catch (SQLException e) {
      lines.add(e.toString());
    }
    return String.join("\n", lines);
  }

  /** Postgres holds the truth and its history, row for row. */
  void assertTruth() throws Exception {
    Truth.assertStored(database(), account().truth());
    Truth.assertHistory(database(), account().truth());
  }

  @Override
  public void close() throws SQLException {
    try {
      stop();
    } finally {
      tiny.close();
    }
  }
}
