package dev.ordem.contract;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics that are not there and refuses those that are there but would break the
 * pipeline. Calling it again, or from several processes at once, is harmless.
 */
public final class TopicAdmin {
  private static final int LOOKS = 100;
  private static final long LOOK_AGAIN_MILLIS = 100;

  private TopicAdmin() {}

  /**
   * Makes sure that every topic of {@link Topics#all()} is there as the pipeline needs it.
   *
   * @param partitions of every topic that is not {@link Topic#single()}; positive
   * @param replication copies of each partition; empty: the broker's own default
   * @return the number of partitions, for those who write to each of them
   * @throws IncompatibleTopicsException if one is there and would break the pipeline
   * @throws KafkaException if the brokers cannot be asked
   */
  public static int ensure(Admin admin, int partitions, Optional<Short> replication)
      throws InterruptedException {
    create(admin, partitions, replication);
    Map<String, Found> found = findCreated(admin);
    int common = at(found, Topics.OS_HEADERS).partitions();
    List<String> problems = new ArrayList<>();
    for (Topic<?> topic : Topics.all()) {
      problems.addAll(at(found, topic).problems(topic, common));
    }
    if (!problems.isEmpty()) {
      throw new IncompatibleTopicsException(problems);
    }
    return common;
  }

  private static void create(Admin admin, int partitions, Optional<Short> replication)
      throws InterruptedException {
    Set<String> there = await(admin.listTopics().names());
    List<NewTopic> wanted = new ArrayList<>();
    for (Topic<?> topic : Topics.all()) {
      if (there.contains(topic.name())) {
        continue; // who may not create topics need not, where all are there
      }
      Optional<Integer> count = Optional.of(topic.single() ? 1 : partitions);
      wanted.add(new NewTopic(topic.name(), count, replication).configs(topic.config()));
    }
    for (KafkaFuture<Void> created : admin.createTopics(wanted).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new KafkaException("cannot create the topics: " + e.getMessage(), e);
        }
      }
    }
  }

  /** A broker may answer before it has heard of what the controller has just created. */
  private static Map<String, Found> findCreated(Admin admin) throws InterruptedException {
    for (int look = 1; ; look++) {
      try {
        return find(admin);
      } catch (KafkaException e) {
        boolean unheard = rootOf(e) instanceof UnknownTopicOrPartitionException;
        if (!unheard || look == LOOKS) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Map<String, Found> find(Admin admin) throws InterruptedException {
    List<String> names = Topics.all().stream().map(Topic::name).toList();
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, TopicDescription> descriptions = await(admin.describeTopics(names).allTopicNames());
    Map<String, Found> found = new HashMap<>();
    await(admin.describeConfigs(resources).all())
        .forEach(
            (resource, config) -> {
              String name = resource.name();
              TopicDescription description = requireNonNull(descriptions.get(name), name);
              String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
              String bytes = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
              int partitions = description.partitions().size();
              found.put(name, new Found(partitions, policy, Integer.parseInt(bytes)));
            });
    return found;
  }

  private static Found at(Map<String, Found> found, Topic<?> topic) {
    return requireNonNull(found.get(topic.name()), topic.name());
  }

  private static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot describe the topics: " + e.getMessage(), e);
    }
  }

  private record Found(int partitions, String cleanupPolicy, int bytes) {
    List<String> problems(Topic<?> topic, int common) {
      List<String> problems = new ArrayList<>();
      int needed = topic.single() ? 1 : common;
      if (partitions != needed) {
        String why = topic.single() ? "" : ", as many as " + Topics.OS_HEADERS.name() + " has";
        problems.add(
            topic.name()
                + " has "
                + partitions
                + " partitions where "
                + needed
                + why
                + " is needed");
      }
      String policy = topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG);
      if (!cleanupPolicy.equals(policy)) {
        problems.add(
            topic.name()
                + " has cleanup.policy="
                + cleanupPolicy
                + " where "
                + policy
                + " is needed");
      }
      if (bytes < RecordLimits.topicBytes()) {
        problems.add(
            topic.name()
                + " has max.message.bytes="
                + bytes
                + " where "
                + RecordLimits.topicBytes()
                + " or more is needed");
      }
      return problems;
    }
  }

  /** Topics are there that would break the pipeline; the message names each and the remedy. */
  public static final class IncompatibleTopicsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IncompatibleTopicsException(List<String> problems) {
      super(
          String.join("; ", problems)
              + ". Alter or delete the topics named here, or use other brokers.");
    }
  }
}
