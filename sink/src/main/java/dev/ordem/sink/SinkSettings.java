package dev.ordem.sink;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import java.util.Map;
import java.util.Optional;

/**
 * What the variables say.
 *
 * @param kafka properties for every client
 * @param partitions of topics that are yet to be created
 * @param replication of topics that are yet to be created; empty: the brokers' default
 * @param batch most records in one transaction
 * @param slot name of the replication slot that the outbox is read through; one for each database
 */
record SinkSettings(
    Map<String, Object> kafka,
    Postgres postgres,
    int partitions,
    Optional<Short> replication,
    int batch,
    String slot) {

  static SinkSettings of(Environment environment) {
    return new SinkSettings(
        environment.kafka(),
        environment.postgres(),
        environment.partitions(),
        environment.replication(),
        environment.integer("SINK_BATCH_RECORDS", 5_000, 1, 100_000),
        environment.parsed(
            "SINK_OUTBOX_SLOT",
            "ordem_outbox",
            "lower-case letters, digits and underscores, at most 63",
            SinkSettings::slot));
  }

  private static String slot(String text) {
    if (!text.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
