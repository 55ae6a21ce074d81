package dev.ordem.producer;

import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.runtime.net.UnusedPort;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker in this process, with the pipeline's topics. */
public final class TestBroker implements AutoCloseable {
  public static final int PARTITIONS = 3;

  private final KafkaRaftServer server;
  private final Map<String, Object> properties;

  TestBroker(Path directory) throws Exception {
    int port = UnusedPort.find();
    int controller = UnusedPort.find();
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setDirectories(List.of(directory.toString()))
        .setMetadataLogDirectory(directory.toString())
        .setControllerListenerName("CONTROLLER")
        .run();
    server = new KafkaRaftServer(new KafkaConfig(node(directory, port, controller)), Time.SYSTEM);
    server.startup();
    properties = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    try (Admin admin = Admin.create(properties)) {
      TopicAdmin.ensure(admin, PARTITIONS, Optional.empty());
    }
  }

  public Map<String, Object> properties() {
    return properties;
  }

  KafkaClients kafka() {
    KafkaClients kafka =
        new KafkaClients(properties, new SimpleMeterRegistry(), new ClockWatch(Runnable::run));
    kafka.start();
    return kafka;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties node(Path directory, int port, int controller) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    p.put("listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
    p.put("advertised.listeners", "CLIENTS://127.0.0.1:" + port);
    p.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("inter.broker.listener.name", "CLIENTS");
    p.put("controller.listener.names", "CONTROLLER");
    p.put("log.dirs", directory.toString());
    p.put("default.replication.factor", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "1");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.num.partitions", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    return p;
  }
}
