package dev.ordem.bench.faults.site;

import dev.ordem.bench.pipeline.process.Broker;
import dev.ordem.bench.pipeline.process.Child;
import dev.ordem.bench.pipeline.process.Listener;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * Kafka's own server, with the settings of the one that {@code ./ordem up} has, and a listener for
 * each service that sends it over that service's road.
 */
final class KafkaNode {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path data;
  private final Path settings;
  private final Path log;
  private final int port = UnusedPort.find();
  private final Map<String, Integer> listeners = new HashMap<>();

  KafkaNode(Path data, Path logs) throws IOException {
    this.data = data;
    this.settings = logs.resolve("kafka.properties");
    this.log = logs.resolve("kafka.out");
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  boolean answers() {
    return Listener.answers(port);
  }

  /** Where the road of a service has to lead. */
  int listener(String service) throws IOException {
    int listener = UnusedPort.find();
    listeners.put(service, listener);
    return listener;
  }

  /** Makes an empty Kafka that tells each service its road. */
  void format(Map<String, StoreRoad> roads) throws Exception {
    Properties p = EmbeddedKafka.settings(data.resolve("data"), port, UnusedPort.find());
    listeners.forEach(
        (service, listener) -> {
          String name = service.toUpperCase(Locale.ROOT);
          int road = Objects.requireNonNull(roads.get(service + ">kafka")).port();
          p.merge("listeners", "," + name + "://127.0.0.1:" + listener, KafkaNode::joined);
          p.merge("advertised.listeners", "," + name + "://127.0.0.1:" + road, KafkaNode::joined);
          p.merge("listener.security.protocol.map", "," + name + ":PLAINTEXT", KafkaNode::joined);
        });
    p.put("num.network.threads", "1");
    try (var file = Files.newBufferedWriter(settings)) {
      p.store(file, null);
    }
    Broker.format(settings, log, PATIENCE);
  }

  Part part(Map<String, String> environment) {
    return new Part(
        "TERM",
        Child.java(List.of("-Xmx384m"), "kafka.Kafka", settings.toString()),
        environment,
        log);
  }

  private static Object joined(Object before, Object more) {
    return before + more.toString();
  }
}
