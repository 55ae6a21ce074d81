package dev.ordem.quickstart.admin;

import dev.ordem.contract.Topic;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Other teams that read the topics, each with a user of its own, whose name tells it from all
 * others of the brokers.
 */
final class Subscribers {
  private static final String PREFIX = "subscriber-";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final int PASSWORD_BYTES = 24;

  private final KafkaUsers users;

  Subscribers(Admin admin) {
    this.users = new KafkaUsers(admin);
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Gives it rights, then a password: there is never one without the other. */
  Credentials add(String team, List<Topic<?>> topics) throws InterruptedException {
    String password = password();
    String user = PREFIX + team;
    users.permit(user, KafkaRights.ofSubscriber(user, team, topics));
    users.let(user, password);
    return new Credentials(user, password);
  }

  /** Topics that each may read, by its name. */
  Map<String, Set<String>> list() throws InterruptedException {
    Map<String, Set<String>> teams = new TreeMap<>();
    for (String user : users.names(PREFIX)) {
      Set<AclBinding> rights = users.rights(user);
      if (!rights.isEmpty()) {
        teams.put(user.substring(PREFIX.length()), topics(rights));
      }
    }
    return teams;
  }

  boolean has(String team) throws InterruptedException {
    return list().containsKey(team);
  }

  /**
   * Takes its rights away, and gives it a password that nobody knows. Connections that it has stay
   * until they end; without rights they are of no use.
   */
  void remove(String team) throws InterruptedException {
    users.permit(PREFIX + team, Set.of());
    users.let(PREFIX + team, password());
  }

  private static String password() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  private static Set<String> topics(Set<AclBinding> rights) {
    return rights.stream()
        .map(AclBinding::pattern)
        .filter(pattern -> pattern.resourceType() == ResourceType.TOPIC)
        .map(pattern -> pattern.name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Never printed but on purpose. */
  record Credentials(String user, String password) {
    @Override
    public String toString() {
      return user;
    }

    /** A properties file for a consumer of any language's Kafka library that reads Java's names. */
    List<String> properties(String bootstrapServers, String team, Object protocol) {
      return List.of(
          "# Reads the topics of Ordem. Holds a password: keep it private.",
          "bootstrap.servers=" + bootstrapServers,
          "security.protocol=" + protocol,
          "sasl.mechanism=SCRAM-SHA-512",
          "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required"
              + " username=\"%s\" password=\"%s\";".formatted(user, password),
          "# Or any group whose name begins with \"" + team + ".\"",
          "group.id=" + team,
          "isolation.level=read_committed",
          "auto.offset.reset=earliest");
    }
  }
}
