package dev.ordem.bench.pipeline.process;

import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Kafka's own server as a process, one node, with the settings of the one that {@code ./ordem up}
 * has in its process. It can be killed, and started again on its directory.
 */
public final class Broker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Path directory;
  private final int port;
  private final int controllerPort;
  private Child process;

  private Broker(Path directory, int port, int controllerPort) throws Exception {
    this.directory = directory;
    this.port = port;
    this.controllerPort = controllerPort;
    write();
    format(settings(), log(), PATIENCE);
    process = launch();
    awaitReady();
  }

  public static Broker start(Path directory) throws Exception {
    return new Broker(Files.createDirectories(directory), UnusedPort.find(), UnusedPort.find());
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends of all partitions of all topics but its own, added up. */
  public long records() throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()))) {
      Map<TopicPartition, OffsetSpec> all = new HashMap<>();
      admin
          .describeTopics(admin.listTopics().names().get())
          .allTopicNames()
          .get()
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(
                          each ->
                              all.put(
                                  new TopicPartition(name, each.partition()),
                                  OffsetSpec.latest())));
      return admin.listOffsets(all).all().get().values().stream()
          .mapToLong(info -> info.offset())
          .sum();
    }
  }

  /** SIGKILL, and started again. Returns when it serves. */
  public void replace() throws Exception {
    process.kill();
    process = launch();
    awaitReady();
  }

  private void write() throws IOException {
    Properties p = EmbeddedKafka.settings(directory.resolve("data"), port, controllerPort);
    try (var file = Files.newBufferedWriter(settings())) {
      p.store(file, null);
    }
  }

  /** Makes a directory one of a Kafka node, as {@code settings} say, and returns when it is. */
  public static void format(Path settings, Path log, Duration patience) throws Exception {
    Child format =
        Child.start(
            Child.java(
                List.of("-XX:TieredStopAtLevel=1"),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                settings.toString()),
            Map.of(),
            log);
    Waiting.until("Kafka's format, see " + log, patience, LOOK, () -> !format.isAlive());
  }

  private Child launch() throws IOException {
    return Child.start(
        Child.java(List.of("-Xmx512m"), "kafka.Kafka", settings().toString()), Map.of(), log());
  }

  private void awaitReady() throws Exception {
    Waiting.until("Kafka, see " + log(), PATIENCE, LOOK, () -> Listener.answers(port));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()))) {
      admin.describeCluster().clusterId().get();
    }
  }

  private Path settings() {
    return directory.resolve("server.properties");
  }

  private Path log() {
    return directory.resolve("broker.out");
  }

  @Override
  public void close() {
    process.close();
  }
}
