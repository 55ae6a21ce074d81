package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.Topic;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates the topics that are missing and shows all of them. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Creates missing topics on KAFKA_BOOTSTRAP_SERVERS and shows all of them.")
final class TopicsCommand implements Callable<Integer> {
  private static final int DEFAULT_PARTITIONS = 6;

  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--partitions",
      description = "Of topics that are created. Default: KAFKA_TOPIC_PARTITIONS, or else 6.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      description = "Copies of each partition. Default: the broker's own.")
  private @Nullable Short replication;

  @Override
  public Integer call() throws StartException, InterruptedException {
    int common =
        ensure(System.getenv(), Optional.ofNullable(partitions), Optional.ofNullable(replication));
    ArrayNode topics = JsonNodeFactory.instance.arrayNode();
    for (Topic<?> topic : Topics.all()) {
      topics
          .addObject()
          .put("topic", topic.name())
          .put("partitions", topic.single() ? 1 : common)
          .put("cleanupPolicy", topic.config().get("cleanup.policy"));
    }
    output.print(topics, TopicsCommand::lines);
    return 0;
  }

  private static List<String> lines(JsonNode topics) {
    List<String> lines = new ArrayList<>();
    for (JsonNode topic : topics) {
      lines.add(
          "%-20s %d partition(s)  %s"
              .formatted(
                  topic.path("topic").asText(),
                  topic.path("partitions").asInt(),
                  topic.path("cleanupPolicy").asText()));
    }
    return lines;
  }

  /**
   * Creates what is missing and returns the number of partitions.
   *
   * @param wanted partitions; empty: as the variable says
   */
  static int ensure(
      Map<String, String> variables, Optional<Integer> wanted, Optional<Short> replication)
      throws StartException, InterruptedException {
    Environment environment = Environment.of(variables);
    int variable = environment.integer("KAFKA_TOPIC_PARTITIONS", DEFAULT_PARTITIONS, 1, 1000);
    Map<String, Object> properties = environment.kafka();
    environment.verify();
    // A person waits: say soon that nobody answers.
    properties.putIfAbsent("default.api.timeout.ms", "15000");
    properties.putIfAbsent("request.timeout.ms", "10000");
    try (Admin admin = Admin.create(properties)) {
      return TopicAdmin.ensure(admin, wanted.orElse(variable), replication);
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new StartException(
          "Kafka at "
              + properties.get("bootstrap.servers")
              + " does not answer. Is KAFKA_BOOTSTRAP_SERVERS right?",
          e);
    }
  }
}
