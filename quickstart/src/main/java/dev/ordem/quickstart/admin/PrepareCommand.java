package dev.ordem.quickstart.admin;

import dev.ordem.contract.TopicAdmin;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives each service a user, a role and rights of its own. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = {
      "Makes topics and tables, and for each service a user of Kafka and a role of Postgres that may"
          + " do what the service needs and nothing else. Again and again is harmless.",
      "Logs in as an administrator of both: KAFKA_*, POSTGRES_*."
    })
public final class PrepareCommand implements Callable<Integer> {
  /** Role by the file that holds its password. */
  private static final Map<String, String> ROLES =
      Map.of(
          "ordem_producer", "producer/postgres-password",
          "ordem_worker", "detail-worker/postgres-password",
          "ordem_writer", "sink/postgres-password",
          "ordem_relay", "sink/relay-password",
          "ordem_report", "postgres/report-password");

  @Option(
      names = "--passwords",
      required = true,
      paramLabel = "DIRECTORY",
      description = {
        "Holds a file for each password: SERVICE/kafka-password and SERVICE/postgres-password of"
            + " producer, detail-worker and sink; sink/relay-password; postgres/report-password."
      })
  private Path passwords = Path.of("");

  @Override
  public Integer call() throws StartException, InterruptedException {
    Environment environment = Environment.of(System.getenv());
    int partitions = environment.partitions();
    Optional<Short> replication = environment.replication();
    Map<String, Object> kafka = environment.kafka();
    Postgres postgres = environment.postgres();
    environment.verify();
    kafka(kafka, partitions, replication, passwords);
    System.out.println("Kafka: topics, users and rights are as they must be.");
    postgres(postgres, passwords);
    System.out.println("Postgres: tables, roles and rights are as they must be.");
    return 0;
  }

  /** Topics, users and rights; the caller logs in as an administrator. */
  public static void kafka(
      Map<String, Object> properties, int partitions, Optional<Short> replication, Path passwords)
      throws StartException, InterruptedException {
    try (Admin admin = Brokers.connect(properties)) {
      TopicAdmin.ensure(admin, partitions, replication);
      KafkaUsers users = new KafkaUsers(admin);
      for (Map.Entry<String, Set<AclBinding>> each : KafkaRights.ofServices().entrySet()) {
        users.let(each.getKey(), secret(passwords.resolve(each.getKey() + "/kafka-password")));
        users.permit(each.getKey(), each.getValue());
      }
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw Brokers.trouble(properties, e);
    }
  }

  /** Tables, roles and rights. */
  public static void postgres(Postgres administrator, Path passwords) throws StartException {
    Map<String, String> byRole = new LinkedHashMap<>();
    for (Map.Entry<String, String> role : new TreeMap<>(ROLES).entrySet()) {
      byRole.put(role.getKey(), secret(passwords.resolve(role.getValue())));
    }
    try {
      new PostgresRoles(administrator).prepare(byRole);
    } catch (SQLException e) {
      throw new StartException("Postgres cannot be prepared: " + e.getMessage(), e);
    }
  }

  private static String secret(Path file) throws StartException {
    try {
      String secret = Files.readString(file).strip();
      if (secret.isEmpty()) {
        throw new StartException(file + " is empty; it must hold a password");
      }
      return secret;
    } catch (IOException e) {
      throw new StartException("cannot read the password in " + file + " (" + e + ")", e);
    }
  }
}
