package dev.ordem.quickstart.admin;

import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.runtime.net.UnusedPort;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A broker as docker-compose.yml has it: users log in by SCRAM, and an authorizer asks for rights.
 */
public final class SecuredBroker implements AutoCloseable {
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"broker\""
          + " password=\"b\" user_broker=\"b\"";

  private final Path directory;
  private final int services;
  private final int admin;
  private final int controller;
  private KafkaRaftServer server;

  private SecuredBroker(Path directory) throws Exception {
    this.directory = directory;
    services = UnusedPort.find();
    admin = UnusedPort.find();
    controller = UnusedPort.find();
    format(directory);
    server = started();
  }

  private KafkaRaftServer started() {
    KafkaRaftServer made = new KafkaRaftServer(new KafkaConfig(settings()), Time.SYSTEM);
    made.startup();
    return made;
  }

  /** Formats {@code directory} and returns when it serves clients. */
  public static SecuredBroker start(Path directory) throws Exception {
    return new SecuredBroker(directory);
  }

  private Properties settings() {
    Properties p = EmbeddedKafka.settings(directory, services, controller);
    p.put(
        "listeners",
        "SERVICES://127.0.0.1:%d,ADMIN://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
            .formatted(services, admin, controller));
    p.put(
        "advertised.listeners",
        "SERVICES://127.0.0.1:%d,ADMIN://127.0.0.1:%d".formatted(services, admin));
    p.put(
        "listener.security.protocol.map",
        "SERVICES:SASL_PLAINTEXT,ADMIN:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
    p.put("inter.broker.listener.name", "ADMIN");
    p.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
    p.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    p.put("sasl.mechanism.controller.protocol", "PLAIN");
    p.put("listener.name.services.scram-sha-512.sasl.jaas.config", SCRAM + ";");
    p.put("listener.name.admin.sasl.enabled.mechanisms", "PLAIN");
    p.put("listener.name.admin.plain.sasl.jaas.config", PLAIN + " user_admin=\"a\";");
    p.put("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
    p.put("listener.name.controller.plain.sasl.jaas.config", PLAIN + ";");
    p.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    p.put("super.users", "User:broker;User:admin");
    return p;
  }

  private static void format(Path directory) throws Exception {
    new Formatter()
        .setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setDirectories(List.of(directory.toString()))
        .setMetadataLogDirectory(directory.toString())
        .setControllerListenerName("CONTROLLER")
        .run();
  }

  /** An administrator's client. */
  public Map<String, Object> asAdmin() {
    return properties(
        admin,
        "PLAIN",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\""
            + " password=\"a\";");
  }

  /** A service's or subscriber's client. */
  public Map<String, Object> as(String user, String password) {
    return properties(
        services,
        "SCRAM-SHA-512",
        SCRAM + " username=\"%s\" password=\"%s\";".formatted(user, password));
  }

  /** The same as variables. */
  public Map<String, String> variablesOf(String user, String password) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + services);
    as(user, password)
        .forEach(
            (name, value) -> {
              if (!name.equals("bootstrap.servers")) {
                variables.put(
                    "KAFKA_CLIENT_" + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_'),
                    value.toString());
              }
            });
    return variables;
  }

  private static Map<String, Object> properties(int port, String mechanism, String jaas) {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + port,
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        mechanism,
        "sasl.jaas.config",
        jaas);
  }

  /** With all that it knows, users too, at the same ports. */
  public void restart() {
    restart(() -> {});
  }

  /** The same, and it is away until {@code meanwhile} is over. */
  public void restart(Runnable meanwhile) {
    close();
    try {
      meanwhile.run();
    } finally {
      server = started();
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
