package dev.ordem.quickstart.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.Topic;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Credentials and rights for other teams, where the brokers have an authorizer. */
@Command(
    name = "subscriber",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(add | list | remove)",
    description = {
      "Credentials and rights for other teams that read the topics.",
      "Logs in as an administrator of the brokers: KAFKA_*."
    })
public final class SubscriberCommand {
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description = "Makes a user that may read, and prints the properties file of its consumers.")
  int add(
      @Parameters(paramLabel = "NAME", description = "Of the team.") String name,
      @Option(
              names = "--topics",
              split = ",",
              paramLabel = "TOPIC",
              description = "Of os-enriched, os-status-changes, sync-runs. Default: all of them.")
          @Nullable List<String> topics,
      @Option(
              names = "--bootstrap-servers",
              paramLabel = "HOST:PORT",
              description =
                  "Where that team finds the brokers. Default: KAFKA_TEAMS_BOOTSTRAP_SERVERS, or"
                      + " else KAFKA_BOOTSTRAP_SERVERS.")
          @Nullable String bootstrapServers)
      throws StartException, InterruptedException {
    if (!Subscribers.isName(name)) {
      throw wrong(name + " is no name: use lower-case letters, digits and hyphens, 40 at most.");
    }
    List<Topic<?>> readable = topics == null ? KafkaRights.FOR_SUBSCRIBERS : named(topics);
    Environment environment = Environment.of(System.getenv());
    Map<String, Object> kafka = environment.kafka();
    String servers =
        bootstrapServers == null
            ? environment.text(
                "KAFKA_TEAMS_BOOTSTRAP_SERVERS", String.valueOf(kafka.get("bootstrap.servers")))
            : bootstrapServers;
    environment.verify();
    return with(
        kafka,
        subscribers -> {
          if (subscribers.has(name)) {
            throw new CommandFailure(
                CommandFailure.FAILED,
                name + " is there already; remove it first to give it another password.");
          }
          subscribers
              .add(name, readable)
              .properties(servers, name, kafka.getOrDefault("security.protocol", "SASL_SSL"))
              .forEach(System.out::println);
        });
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Shows who may read which topics.")
  int list(@Mixin OutputOptions output) throws StartException, InterruptedException {
    return with(
        kafka(),
        subscribers -> {
          ArrayNode all = JsonNodeFactory.instance.arrayNode();
          for (Map.Entry<String, Set<String>> team : subscribers.list().entrySet()) {
            ArrayNode topics = all.addObject().put("name", team.getKey()).putArray("topics");
            team.getValue().forEach(topics::add);
          }
          output.print(all, SubscriberCommand::lines);
        });
  }

  private static List<String> lines(JsonNode all) {
    List<String> lines = new ArrayList<>();
    for (JsonNode team : all) {
      List<String> topics = new ArrayList<>();
      team.path("topics").forEach(topic -> topics.add(topic.asText()));
      lines.add("%-24s %s".formatted(team.path("name").asText(), String.join(", ", topics)));
    }
    return lines;
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Takes away a team's rights and password.")
  int remove(@Parameters(paramLabel = "NAME", description = "Of the team.") String name)
      throws StartException, InterruptedException {
    return with(
        kafka(),
        subscribers -> {
          if (!subscribers.has(name)) {
            throw new CommandFailure(CommandFailure.FAILED, "There is no subscriber " + name + ".");
          }
          subscribers.remove(name);
        });
  }

  private static List<Topic<?>> named(List<String> names) {
    Map<String, Topic<?>> known =
        KafkaRights.FOR_SUBSCRIBERS.stream().collect(Collectors.toMap(Topic::name, t -> t));
    if (!known.keySet().containsAll(names)) {
      throw wrong(
          "--topics: %s are for subscribers, nothing else."
              .formatted(String.join(", ", known.keySet())));
    }
    return names.stream().<Topic<?>>map(known::get).toList();
  }

  private static Map<String, Object> kafka() {
    Environment environment = Environment.of(System.getenv());
    Map<String, Object> kafka = environment.kafka();
    environment.verify();
    return kafka;
  }

  private static int with(Map<String, Object> kafka, Work work)
      throws StartException, InterruptedException {
    try (Admin admin = Brokers.connect(kafka)) {
      work.on(new Subscribers(admin));
      return 0;
    } catch (KafkaException e) {
      throw Brokers.trouble(kafka, e);
    }
  }

  private static CommandFailure wrong(String message) {
    return new CommandFailure(CommandFailure.WRONG_USAGE, message);
  }

  @FunctionalInterface
  private interface Work {
    void on(Subscribers subscribers) throws InterruptedException;
  }
}
