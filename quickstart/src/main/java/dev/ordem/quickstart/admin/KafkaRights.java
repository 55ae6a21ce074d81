package dev.ordem.quickstart.admin;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.ordem.contract.ConsumerGroups;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Who may do what in Kafka: the whole of it. To read or write a topic implies to describe it. */
public final class KafkaRights {
  /** What other teams may read. */
  public static final List<Topic<?>> FOR_SUBSCRIBERS =
      List.of(Topics.OS_ENRICHED, Topics.OS_STATUS_CHANGES, Topics.SYNC_RUNS);

  private final Set<AclBinding> bindings = new HashSet<>();
  private final String principal;

  private KafkaRights(String user) {
    this.principal = "User:" + user;
  }

  /** Of each service, by the name of its user. */
  static Map<String, Set<AclBinding>> ofServices() {
    return Map.of("producer", producer(), "detail-worker", detailWorker(), "sink", sink());
  }

  /**
   * Reads the list's pages into headers; compares topics, and gives them back what they lost; looks
   * whether the other services are at work.
   */
  private static Set<AclBinding> producer() {
    return new KafkaRights("producer")
        .seesAllTopics()
        .writes(Topics.OS_HEADERS, Topics.OS_STATUS_CHANGES, Topics.DLQ)
        .reads(Topics.OS_ENRICHED, Topics.OS_STATUS_CHANGES, Topics.SYNC_RUN_PROGRESS)
        .may(GROUP, LITERAL, ConsumerGroups.SINK, DESCRIBE)
        .may(GROUP, LITERAL, ConsumerGroups.FETCHER, DESCRIBE)
        .may(GROUP, LITERAL, ConsumerGroups.LEDGER, DESCRIBE)
        .bindings;
  }

  /** Ledger and fetcher; the ledger has changelogs and transactions of its own. */
  private static Set<AclBinding> detailWorker() {
    String ledger = ConsumerGroups.LEDGER;
    return new KafkaRights("detail-worker")
        .seesAllTopics()
        .reads(Topics.OS_HEADERS, Topics.OS_DETAIL_REQUESTS, Topics.OS_DETAIL_RESULTS)
        .writes(Topics.OS_DETAIL_REQUESTS, Topics.OS_DETAIL_RESULTS, Topics.OS_ENRICHED)
        .writes(Topics.OS_STATUS_CHANGES, Topics.OS_SYNC_STATE, Topics.SYNC_RUN_PROGRESS)
        .writes(Topics.DLQ)
        .may(TOPIC, PREFIXED, ledger + "-", READ, WRITE, CREATE, DESCRIBE_CONFIGS)
        .may(TRANSACTIONAL_ID, PREFIXED, ledger + "-", WRITE)
        .may(GROUP, LITERAL, ledger, READ)
        .may(GROUP, LITERAL, ConsumerGroups.FETCHER, READ)
        .bindings;
  }

  /** Stores topics, repairs from them, relays the outbox. */
  private static Set<AclBinding> sink() {
    return new KafkaRights("sink")
        .seesAllTopics()
        .reads(Topics.OS_ENRICHED, Topics.OS_STATUS_CHANGES)
        .reads(Topics.OS_SYNC_STATE, Topics.SYNC_RUN_PROGRESS)
        .writes(Topics.SYNC_RUNS, Topics.OS_HEADERS, Topics.DLQ)
        .may(GROUP, LITERAL, ConsumerGroups.SINK, READ)
        .bindings;
  }

  /** Another team's: reads {@code topics}, in groups that are called {@code team}, or so begin. */
  static Set<AclBinding> ofSubscriber(String user, String team, List<Topic<?>> topics) {
    return new KafkaRights(user)
        .reads(topics.toArray(Topic<?>[]::new))
        .may(GROUP, LITERAL, team, READ)
        .may(GROUP, PREFIXED, team + ".", READ)
        .bindings;
  }

  /** Every service looks at the start whether all topics are as they must be. */
  private KafkaRights seesAllTopics() {
    Topics.all().forEach(topic -> may(TOPIC, LITERAL, topic.name(), DESCRIBE, DESCRIBE_CONFIGS));
    return this;
  }

  private KafkaRights reads(Topic<?>... topics) {
    for (Topic<?> topic : topics) {
      may(TOPIC, LITERAL, topic.name(), READ);
    }
    return this;
  }

  private KafkaRights writes(Topic<?>... topics) {
    for (Topic<?> topic : topics) {
      may(TOPIC, LITERAL, topic.name(), WRITE);
    }
    return this;
  }

  private KafkaRights may(
      ResourceType type, PatternType pattern, String name, AclOperation... operations) {
    for (AclOperation operation : operations) {
      bindings.add(
          new AclBinding(
              new ResourcePattern(type, name, pattern),
              new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW)));
    }
    return this;
  }
}
