package dev.ordem.quickstart;

import dev.ordem.contract.Topic;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates the topics that are missing and shows all of them. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Creates missing topics on KAFKA_BOOTSTRAP_SERVERS and shows all of them.")
final class TopicsCommand implements Callable<Integer> {
  private static final int DEFAULT_PARTITIONS = 6;

  @Option(
      names = "--partitions",
      defaultValue = "" + DEFAULT_PARTITIONS,
      description = "Of topics that are created. Default: ${DEFAULT-VALUE}.")
  private int partitions = DEFAULT_PARTITIONS;

  @Option(
      names = "--replication",
      description = "Copies of each partition. Default: the broker's own.")
  private @Nullable Short replication;

  @Override
  public Integer call() throws StartException, InterruptedException {
    int common = ensure(System.getenv(), partitions, Optional.ofNullable(replication));
    for (Topic<?> topic : Topics.all()) {
      System.out.printf(
          "%-20s %d partition(s)  %s%n",
          topic.name(), topic.single() ? 1 : common, topic.config().get("cleanup.policy"));
    }
    return 0;
  }

  /** The number of partitions. */
  static int ensure(Map<String, String> variables, int partitions, Optional<Short> replication)
      throws StartException, InterruptedException {
    Environment environment = Environment.of(variables);
    Map<String, Object> properties = environment.kafka();
    environment.verify();
    // A person waits: say soon that nobody answers.
    properties.putIfAbsent("default.api.timeout.ms", "15000");
    properties.putIfAbsent("request.timeout.ms", "10000");
    try (Admin admin = Admin.create(properties)) {
      return TopicAdmin.ensure(admin, partitions, replication);
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
