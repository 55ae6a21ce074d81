package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.Topic;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import dev.ordem.quickstart.cli.ServerOptions;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates the topics that are missing and shows all of them. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description =
        "Creates missing topics and shows all of them, on KAFKA_BOOTSTRAP_SERVERS or else the brokers"
            + " of ./ordem up.")
final class TopicsCommand implements Callable<Integer> {
  private static final String BROKERS = "KAFKA_BOOTSTRAP_SERVERS";

  @Mixin private OutputOptions output = new OutputOptions();

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
    if ((partitions != null && (partitions < 1 || partitions > Environment.MOST_PARTITIONS))
        || (replication != null && replication < 1)) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE,
          "--partitions is a number from 1 to "
              + Environment.MOST_PARTITIONS
              + ", --replication from 1.");
    }
    int common =
        ensure(
            ServerOptions.brokers(),
            Optional.ofNullable(partitions),
            Optional.ofNullable(replication));
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
    int variable = environment.partitions();
    Optional<Short> copies = replication.or(environment::replication);
    return ask(environment, admin -> TopicAdmin.ensure(admin, wanted.orElse(variable), copies));
  }

  /** The id of the cluster that the brokers are. */
  static String cluster(Map<String, String> variables) throws StartException, InterruptedException {
    return ask(
        Environment.of(variables),
        admin -> {
          try {
            return admin.describeCluster().clusterId().get();
          } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
          }
        });
  }

  /**
   * Lets no value pass that Kafka's clients would refuse; does no I/O.
   *
   * @throws dev.ordem.runtime.ConfigurationException if there is one, naming its variable
   */
  static void judge(Environment environment) {
    Map<String, Object> properties = environment.kafka();
    environment.verify();
    try {
      new AdminClientConfig(properties);
    } catch (ConfigException e) {
      String said = String.valueOf(e.getMessage());
      String property = properties.keySet().stream().filter(said::contains).findFirst().orElse("*");
      environment.problem(
          property.equals("bootstrap.servers")
              ? BROKERS + ": " + said
              : "KAFKA_CLIENT_"
                  + property.toUpperCase(Locale.ROOT).replace('.', '_')
                  + ": "
                  + said);
      environment.verify();
    }
  }

  private static <T> T ask(Environment environment, Question<T> question)
      throws StartException, InterruptedException {
    judge(environment);
    Map<String, Object> properties = environment.kafka();
    KafkaTimeouts.admin().forEach(properties::putIfAbsent); // a person waits
    try (Admin admin = Admin.create(properties)) {
      return question.of(admin);
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      refuseWhatTheyRefuse(e);
      throw new StartException(
          "Kafka at "
              + properties.get("bootstrap.servers")
              + " does not answer. Does it run (or ./ordem up), and is KAFKA_BOOTSTRAP_SERVERS"
              + " right?",
          e);
    }
  }

  /** Brokers that say no have answered. */
  private static void refuseWhatTheyRefuse(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidReplicationFactorException
          || cause instanceof InvalidPartitionsException) {
        throw new CommandFailure(
            CommandFailure.WRONG_USAGE, "The brokers refuse: " + cause.getMessage(), failure);
      }
    }
  }

  @FunctionalInterface
  private interface Question<T> {
    T of(Admin admin) throws InterruptedException;
  }
}
