package dev.ordem.detail.ledger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores of another Kafka, and those that know more than their changelogs: Kafka is an older copy
 * of itself. Kafka Streams may take such a store as it is, and what it knows stands in no
 * changelog, to be lost with the directory. Without it the partition is read again from the
 * changelog, and what that does not know comes with the baseline of the next generation.
 */
final class StaleStores {
  private static final Logger LOG = LoggerFactory.getLogger(StaleStores.class);

  /** Beside the directories of the tasks, the id of the cluster that they are of. */
  private static final String CLUSTER = "ordem-kafka-cluster";

  private StaleStores() {}

  /**
   * Removes them; to be called before Kafka Streams starts.
   *
   * @param application where the directories of its tasks are; need not exist
   * @throws KafkaException if Kafka cannot be asked
   */
  static void remove(Path application, Admin admin) throws IOException, InterruptedException {
    ofAnotherCluster(application, cluster(admin));
    aheadOfChangelogs(application, admin);
  }

  private static void ofAnotherCluster(Path application, String cluster) throws IOException {
    Path file = application.resolveSibling(CLUSTER);
    if (Files.exists(file) && !Files.readString(file).equals(cluster)) {
      LOG.warn("{} is of another Kafka: it is made anew", application);
      StateDirectories.remove(application);
    }
    Files.createDirectories(application);
    Files.writeString(file, cluster);
  }

  private static void aheadOfChangelogs(Path application, Admin admin)
      throws IOException, InterruptedException {
    Map<Path, Map<TopicPartition, Long>> tasks = checkpoints(application);
    Set<TopicPartition> wanted = new HashSet<>();
    tasks.values().forEach(task -> wanted.addAll(task.keySet()));
    Map<TopicPartition, Long> ends = ends(admin, wanted);
    for (Map.Entry<Path, Map<TopicPartition, Long>> task : tasks.entrySet()) {
      boolean stale =
          task.getValue().entrySet().stream()
              .anyMatch(known -> ends.getOrDefault(known.getKey(), 0L) <= known.getValue());
      if (stale) {
        LOG.warn(
            "{} knows more than Kafka, which is an older copy of itself: it is made anew",
            task.getKey());
        StateDirectories.remove(task.getKey());
      }
    }
  }

  /** By the directory of each task, the last offset that is in its stores. */
  private static Map<Path, Map<TopicPartition, Long>> checkpoints(Path application)
      throws IOException {
    Map<Path, Map<TopicPartition, Long>> tasks = new HashMap<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(application)) {
      for (Path task : directories) {
        Path file = task.resolve(".checkpoint");
        if (Files.exists(file)) {
          tasks.put(task, offsets(Files.readAllLines(file)));
        }
      }
    }
    return tasks;
  }

  /** A version, the number of lines, and in each of these topic, partition and offset. */
  private static Map<TopicPartition, Long> offsets(List<String> lines) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (String line : lines.subList(Math.min(2, lines.size()), lines.size())) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && Long.parseLong(words[2]) >= 0) {
        offsets.put(
            new TopicPartition(words[0], Integer.parseInt(words[1])), Long.valueOf(words[2]));
      }
    }
    return offsets;
  }

  private static String cluster(Admin admin) throws InterruptedException {
    try {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaException("the cluster's id is not known: " + e.getCause(), e.getCause());
    }
  }

  /** Of the partitions that there are. */
  private static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> wanted)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    if (wanted.isEmpty()) {
      return ends;
    }
    try {
      Set<String> there = admin.listTopics().names().get();
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      wanted.stream()
          .filter(partition -> there.contains(partition.topic()))
          .forEach(partition -> asked.put(partition, OffsetSpec.latest()));
      for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
          admin.listOffsets(asked).all().get().entrySet()) {
        ends.put(end.getKey(), end.getValue().offset());
      }
      return ends;
    } catch (ExecutionException e) {
      throw new KafkaException("the changelogs' ends are not known: " + e.getCause(), e.getCause());
    }
  }
}
