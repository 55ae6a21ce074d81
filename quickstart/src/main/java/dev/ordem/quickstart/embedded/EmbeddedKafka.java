package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import dev.ordem.runtime.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka node, broker and controller at once, in this process. Its directory is an ordinary
 * Kafka log directory: topics, records, transactions and consumer offsets outlive a stop and a hard
 * kill.
 *
 * <p>The classes used here are Kafka's own start-up path ({@code kafka-storage format} and {@code
 * kafka-server-start}), not its test kit, which loses data or marks the directory as a test's.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final int NODE_ID = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PATIENCE_AFTER_FAILURE = Duration.ofSeconds(3);

  private final HomeDirectory home;
  private final Path directory;
  private final int port;
  private final int controllerPort;
  private @Nullable KafkaRaftServer server;
  private volatile @Nullable String failure;

  private EmbeddedKafka(HomeDirectory home, int port, int controllerPort) {
    this.home = home;
    this.directory = home.path().resolve("kafka");
    this.port = port;
    this.controllerPort = controllerPort;
  }

  /** The node of this home, on the ports it had before if they are free. Nothing is started. */
  public static EmbeddedKafka in(HomeDirectory home) throws StartException {
    Ports ports = home.ports();
    return new EmbeddedKafka(home, ports.remembered("kafka"), ports.remembered("kafka-controller"));
  }

  /**
   * Formats the directory the first time, then starts the node and returns when it serves clients.
   *
   * @throws StartException if the directory is a newer Kafka's or unusable, or the port was taken
   */
  public void start() throws StartException {
    refuseNewer();
    format();
    Exit.setHaltProcedure(this::failed);
    Exit.setExitProcedure(this::failed);
    KafkaRaftServer starting;
    try {
      starting =
          new KafkaRaftServer(
              new KafkaConfig(settings(directory, port, controllerPort)), Time.SYSTEM);
      server = starting;
      starting.startup();
    } catch (RuntimeException e) {
      throw explained(e);
    }
    home.state().put("kafka.version", AppInfoParser.getVersion());
  }

  /**
   * A broker that cannot go on would take the process with it, without a word and with everything
   * else in it left standing: here it is told, and only its own thread ends.
   */
  private void failed(int status, @Nullable String message) {
    failure = message == null ? "exit code " + status : message;
    throw new IllegalStateException("the broker cannot go on: " + failure);
  }

  /** Why the node works no more, if it does not. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Stops the node: hands over nothing, loses nothing. Takes one to three seconds. */
  @Override
  public void close() {
    KafkaRaftServer stopping = server;
    server = null;
    if (stopping == null) {
      return;
    }
    // One that has failed may wait for itself: then its thread is left behind.
    Workers stop =
        new Workers("stop of Kafka", 1, failure == null ? PATIENCE : PATIENCE_AFTER_FAILURE);
    stop.execute(
        () -> {
          stopping.shutdown();
          stopping.awaitShutdown();
        });
    if (!stop.finish()) {
      LOG.warn("Kafka did not stop in time; going on without it");
    }
  }

  private void refuseNewer() throws StartException {
    String written = home.state().get("kafka.version");
    String ours = AppInfoParser.getVersion();
    if (Files.isDirectory(directory) && written != null && VersionOrder.isNewer(written, ours)) {
      throw new StartException(newer("Kafka " + written));
    }
  }

  private String newer(String found) {
    return "%s was written by %s; this Ordem brings Kafka %s. Use the newer Ordem, or move the directory away."
        .formatted(directory, found, AppInfoParser.getVersion());
  }

  private void format() throws StartException {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(stream)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(java.util.List.of(directory.toString()))
          .setMetadataLogDirectory(directory.toString())
          .setControllerListenerName("CONTROLLER")
          .run();
    } catch (IOException | FormatterException e) {
      throw new StartException(directory + " cannot be prepared for Kafka: " + e.getMessage(), e);
    } catch (Exception e) { // Formatter.run declares it
      throw new IllegalStateException("formatting " + directory, e);
    }
    LOG.info("{}", said.toString(StandardCharsets.UTF_8).strip());
  }

  /** Of a node that is broker and controller, and keeps its data in {@code directory}. */
  public static Properties settings(Path directory, int port, int controllerPort) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", Integer.toString(NODE_ID));
    p.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    p.put("listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", "CLIENTS://127.0.0.1:" + port);
    p.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", "CLIENTS");
    p.put("controller.listener.names", "CONTROLLER");
    p.put("log.dirs", directory.toString());
    p.put("auto.create.topics.enable", "false");
    oneReplica(p);
    smallAndQuick(p);
    return p;
  }

  private static void oneReplica(Properties p) {
    p.put("default.replication.factor", "1");
    p.put("min.insync.replicas", "1");
    for (String topic : new String[] {"offsets.topic", "share.coordinator.state.topic"}) {
      p.put(topic + ".replication.factor", "1");
      p.put(topic + ".num.partitions", "4");
    }
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("transaction.state.log.min.isr", "1");
  }

  private static void smallAndQuick(Properties p) {
    p.put("group.initial.rebalance.delay.ms", "0");
    // After a hard kill the controller waits this long before it lets the same node register anew.
    p.put("broker.session.timeout.ms", "3000");
    p.put("broker.heartbeat.interval.ms", "1000");
    // Nobody follows this log but the node itself: it need not be told twice a second that it
    // lives.
    p.put("metadata.max.idle.interval.ms", "10000");
    // Idle threads wake too, and each of these is there twice: for clients and for the controller.
    p.put("num.network.threads", "1");
    p.put("num.io.threads", "2");
    p.put("group.coordinator.threads", "1");
    p.put("background.threads", "2");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    p.put("log.index.size.max.bytes", Integer.toString(1 << 20));
  }

  private StartException explained(RuntimeException failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return new StartException(
            "Port " + port + " (Kafka) was taken by another process just now. Start again.",
            failure);
      }
      String message = String.valueOf(t.getMessage());
      if (message.contains("meta.properties") || message.contains("feature level")) {
        return new StartException(newer("another Kafka (" + message + ")"), failure);
      }
    }
    return new StartException(
        "Kafka did not start: " + failure.getMessage() + ". See " + home.path() + "/ordem.log.",
        failure);
  }
}
