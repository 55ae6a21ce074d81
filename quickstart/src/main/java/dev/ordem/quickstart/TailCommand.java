package dev.ordem.quickstart;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.quickstart.cli.ServerOptions;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.TailLines;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows records of a public topic as they come, committed ones only. Of no group: it takes nothing
 * from anybody, and needs no right but to read the topic.
 */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Shows status changes as they come, a line each, until it is stopped.",
      "From KAFKA_BOOTSTRAP_SERVERS or else the brokers of ./ordem up."
    })
final class TailCommand implements Callable<Integer> {
  private static final List<Topic<?>> PUBLIC =
      List.of(Topics.OS_STATUS_CHANGES, Topics.OS_ENRICHED, Topics.SYNC_RUNS, Topics.DLQ);
  private static final String BROKEN_PIPE = "Broken pipe";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long LOOK_NANOS = Duration.ofSeconds(30).toNanos();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private OutputOptions output = new OutputOptions();

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..1",
      description =
          "os-status-changes, os-enriched, sync-runs or ordem.dlq. Default: os-status-changes.")
  private String name = Topics.OS_STATUS_CHANGES.name();

  @Option(names = "--from-beginning", description = "What is there already, too.")
  private boolean fromBeginning;

  @Option(names = "--account", paramLabel = "A", description = "Only of one account.")
  private @Nullable String account;

  @Option(names = "--max", paramLabel = "N", description = "Ends after so many lines.")
  private long max = Long.MAX_VALUE;

  @Override
  public Integer call() throws StartException {
    Topic<?> topic =
        PUBLIC.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    wrong(
                        "%s is none of the topics for everybody: %s."
                            .formatted(
                                name,
                                String.join(", ", PUBLIC.stream().map(Topic::name).toList()))));
    if (max < 1) {
      throw wrong("--max is a number from 1.");
    }
    if (account != null && topic.single()) {
      throw wrong("--account: the keys of " + name + " tell of no account.");
    }
    Environment environment = Environment.of(ServerOptions.brokers());
    TopicsCommand.judge(environment);
    Map<String, Object> kafka = environment.kafka();
    try (Consumer<byte[], byte[]> consumer = consumer(kafka);
        OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      show(topic, consumer, OutputOptions.zone(), out);
      return 0;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).equals(BROKEN_PIPE)) {
        return 0; // whoever read has enough
      }
      throw new CommandFailure(
          CommandFailure.FAILED, "What is shown cannot be written (" + e.getMessage() + ").", e);
    } catch (KafkaException e) {
      throw new StartException(
          "Kafka at %s does not let %s be read (%s). Does it run (or ./ordem up), and are"
                  .formatted(kafka.get("bootstrap.servers"), name, e.getMessage())
              + " KAFKA_BOOTSTRAP_SERVERS and KAFKA_CLIENT_* right?",
          e);
    }
  }

  private static CommandFailure wrong(String message) {
    return new CommandFailure(CommandFailure.WRONG_USAGE, message);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> kafka) {
    Map<String, Object> config = new HashMap<>(kafka);
    KafkaTimeouts.admin().forEach(config::putIfAbsent); // a person waits
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void show(
      Topic<?> topic, Consumer<byte[], byte[]> consumer, ZoneId zone, OutputStream out)
      throws IOException {
    Set<TopicPartition> partitions = new HashSet<>();
    long looked = 0;
    for (long shown = 0; shown < max; ) {
      boolean begins = partitions.isEmpty();
      if (begins || System.nanoTime() - looked > LOOK_NANOS) {
        follow(consumer, partitions);
        looked = System.nanoTime();
      }
      if (begins && !output.isJson()) {
        String whose = account == null ? "" : " of account " + account;
        String since = fromBeginning ? "from its beginning" : "from now on";
        err().println("%s%s, %s:".formatted(name, whose, since));
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (shown < max && isWanted(record)) {
          shown++;
          String line =
              output.isJson()
                  ? TailLines.forScripts(record)
                  : TailLines.forPeople(topic, record, zone);
          out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** What a partition holds that came into being meanwhile is news. */
  private void follow(Consumer<byte[], byte[]> consumer, Set<TopicPartition> known) {
    List<TopicPartition> fresh = new ArrayList<>();
    for (PartitionInfo each : consumer.partitionsFor(name)) {
      TopicPartition partition = new TopicPartition(name, each.partition());
      if (!known.contains(partition)) {
        fresh.add(partition);
      }
    }
    if (fresh.isEmpty() && known.isEmpty()) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "These brokers have no topic " + name + ": the first service that starts makes it.");
    }
    boolean all = fromBeginning || !known.isEmpty();
    known.addAll(fresh);
    consumer.assign(known);
    if (all) {
      consumer.seekToBeginning(fresh);
    } else {
      consumer.seekToEnd(fresh);
      fresh.forEach(consumer::position); // now, and not when it is asked for first
    }
  }

  private boolean isWanted(ConsumerRecord<byte[], byte[]> record) {
    return account == null
        || (record.key() != null
            && new String(record.key(), StandardCharsets.UTF_8).startsWith(account + ":"));
  }

  private PrintWriter err() {
    return requireNonNull(spec).commandLine().getErr();
  }
}
