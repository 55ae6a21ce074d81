package dev.ordem.quickstart;

import static org.awaitility.Awaitility.await;

import dev.ordem.quickstart.admin.PrepareCommand;
import dev.ordem.quickstart.admin.SecuredBroker;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.runtime.net.UnusedPort;
import dev.ordem.tiny.simulator.TinySimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Kafka and Postgres as docker-compose.yml has them, with a user and a role for each service.
 * Belongs to one thread.
 */
final class SecuredStores implements AutoCloseable {
  static final String PASSWORD = "a password";
  static final String ADMINISTRATOR = "postgres";

  private static final List<String> PASSWORDS =
      List.of(
          "producer/kafka-password",
          "producer/postgres-password",
          "detail-worker/kafka-password",
          "detail-worker/postgres-password",
          "sink/kafka-password",
          "sink/postgres-password",
          "sink/relay-password",
          "postgres/report-password");

  private final Path directory;
  private final SecuredBroker broker;
  private EmbeddedPostgres postgres;

  private SecuredStores(Path directory) throws Exception {
    this.directory = directory;
    this.postgres = postgres(UnusedPort.find());
    this.broker = SecuredBroker.start(directory.resolve("kafka"));
  }

  /** Starts both and prepares them. */
  static SecuredStores start(Path directory) throws Exception {
    SecuredStores stores = new SecuredStores(directory);
    stores.prepare();
    return stores;
  }

  SecuredBroker broker() {
    return broker;
  }

  /** What the administrator's container does; again is harmless. */
  void prepare() throws Exception {
    Path passwords = directory.resolve("passwords");
    for (String file : PASSWORDS) {
      Path path = passwords.resolve(file);
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.writeString(path, PASSWORD);
    }
    PrepareCommand.kafka(broker.asAdmin(), 2, Optional.empty(), passwords);
    PrepareCommand.postgres(new Postgres(url(), ADMINISTRATOR, PASSWORD, "POSTGRES_*"), passwords);
  }

  /** Stops both, then starts them again where they were. */
  void restart() throws Exception {
    int port = postgres.getPort();
    postgres.close();
    // It is told to stop for five seconds only, and may wait longer for who reads its log.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> Files.notExists(directory.resolve("pg/postmaster.pid")));
    broker.restart();
    postgres = postgres(port);
  }

  /** A service as {@code user} of Kafka and {@code role} of Postgres, started as in a test. */
  ServiceProcess service(
      TinySimulator tiny, String user, String role, ServiceProcess.Factory factory)
      throws Exception {
    return service(tiny, user, role, factory, Map.of());
  }

  /** The same, with more variables. */
  ServiceProcess service(
      TinySimulator tiny,
      String user,
      String role,
      ServiceProcess.Factory factory,
      Map<String, String> more)
      throws Exception {
    Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
    variables.putAll(broker.variablesOf(user, PASSWORD));
    variables.put("POSTGRES_URL", url());
    variables.put("POSTGRES_USER", role);
    variables.put("POSTGRES_PASSWORD", PASSWORD);
    variables.put("POSTGRES_RELAY_USER", "ordem_relay");
    variables.put("POSTGRES_RELAY_PASSWORD", PASSWORD);
    variables.put("ORDEM_SECRET_KEY", "0123456789abcdef");
    variables.put("LEDGER_STATE_DIR", directory.resolve("streams").toString());
    variables.putAll(more);
    ServiceProcess process = new ServiceProcess(Environment.of(variables), 0, List.of(factory));
    process.start();
    return process;
  }

  Connection connect(String role) throws SQLException {
    return DriverManager.getConnection(url(), role, PASSWORD);
  }

  @Override
  public void close() throws IOException {
    broker.close();
    postgres.close();
  }

  private String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.getPort());
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setPGStartupWait(Duration.ofMinutes(1))
        .setDataDirectory(directory.resolve("pg"))
        .setCleanDataDirectory(false)
        .setServerConfig("wal_level", "logical")
        .setPort(port)
        .start();
  }
}
