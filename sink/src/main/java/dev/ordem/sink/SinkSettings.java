package dev.ordem.sink;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import java.util.Map;
import java.util.Optional;

/**
 * What the variables say.
 *
 * @param kafka properties for every client
 * @param relay as whom the outbox is read and its rows deleted
 * @param partitions of topics that are yet to be created
 * @param replication of topics that are yet to be created; empty: the brokers' default
 * @param batch most records in one transaction
 * @param slot name of the replication slot that the outbox is read through; one for each database
 */
record SinkSettings(
    Map<String, Object> kafka,
    Postgres postgres,
    Postgres relay,
    int partitions,
    Optional<Short> replication,
    int batch,
    String slot) {

  static SinkSettings of(Environment environment) {
    return new SinkSettings(
        environment.kafka(),
        environment.postgres(),
        relay(environment),
        environment.partitions(),
        environment.replication(),
        environment.integer("SINK_BATCH_RECORDS", 5_000, 1, 100_000),
        environment.parsed(
            "SINK_OUTBOX_SLOT",
            "ordem_outbox",
            "lower-case letters, digits and underscores, at most 63",
            SinkSettings::slot));
  }

  /** A login of its own, so that who writes orders need not replicate; else the same. */
  private static Postgres relay(Environment environment) {
    Postgres same = environment.postgres();
    Optional<String> user = environment.text("POSTGRES_RELAY_USER");
    Optional<String> password = environment.text("POSTGRES_RELAY_PASSWORD");
    if (user.isPresent() != password.isPresent()) {
      environment.problem(
          "POSTGRES_RELAY_USER, POSTGRES_RELAY_PASSWORD: one without the other; set both or none");
    }
    return new Postgres(
        same.url(),
        user.orElse(same.user()),
        password.orElse(same.password()),
        user.isPresent() && password.isPresent()
            ? "POSTGRES_RELAY_USER and POSTGRES_RELAY_PASSWORD"
            : same.variables());
  }

  private static String slot(String text) {
    if (!text.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
