package dev.ordem.quickstart;

import dev.ordem.contract.KafkaTimeouts;
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
  @Option(
      names = "--partitions",
      description = "Of topics that are created. Default: KAFKA_TOPIC_PARTITIONS, or else 6.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      description =
          "Copies of each partition. Default: KAFKA_TOPIC_REPLICATION, or else the broker's own.")
  private @Nullable Short replication;

  @Override
  public Integer call() throws StartException, InterruptedException {
    int common =
        ensure(System.getenv(), Optional.ofNullable(partitions), Optional.ofNullable(replication));
    for (Topic<?> topic : Topics.all()) {
      System.out.printf(
          "%-20s %d partition(s)  %s%n",
          topic.name(), topic.single() ? 1 : common, topic.config().get("cleanup.policy"));
    }
    return 0;
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
    int variable = environment.partitions();
    Optional<Short> copies = replication.or(environment::replication);
    Map<String, Object> properties = environment.kafka();
    environment.verify();
    KafkaTimeouts.admin().forEach(properties::putIfAbsent); // a person waits
    try (Admin admin = Admin.create(properties)) {
      return TopicAdmin.ensure(admin, wanted.orElse(variable), copies);
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
