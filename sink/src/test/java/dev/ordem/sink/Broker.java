package dev.ordem.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ordem.runtime.net.UnusedPort;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A Kafka broker in this process. */
public final class Broker implements AutoCloseable {
  private final KafkaRaftServer server;
  private final String address;

  private Broker(KafkaRaftServer server, String address) {
    this.server = server;
    this.address = address;
  }

  public static Broker start(Path directory) throws Exception {
    String address = "127.0.0.1:" + UnusedPort.find();
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setDirectories(List.of(directory.toString()))
        .setMetadataLogDirectory(directory.toString())
        .setControllerListenerName("C")
        .run();
    Properties properties = properties(directory, address, "127.0.0.1:" + UnusedPort.find());
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    return new Broker(server, address);
  }

  public String address() {
    return address;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static Properties properties(Path directory, String address, String controller) {
    Properties properties = new Properties();
    properties.put("node.id", "1");
    properties.put("process.roles", "broker,controller");
    properties.put("listeners", "B://" + address + ",C://" + controller);
    properties.put("advertised.listeners", "B://" + address);
    properties.put("listener.security.protocol.map", "B:PLAINTEXT,C:PLAINTEXT");
    properties.put("inter.broker.listener.name", "B");
    properties.put("controller.listener.names", "C");
    properties.put("controller.quorum.voters", "1@" + controller);
    properties.put("log.dirs", directory.toString());
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "2");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "2");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    return properties;
  }
}
