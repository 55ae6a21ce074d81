package dev.ordem.producer;

import dev.ordem.producer.reading.ReadingRules;
import dev.ordem.producer.runs.Schedule;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import dev.ordem.tiny.TinySettings;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says.
 *
 * @param kafka properties of every Kafka client
 * @param partitions of topics that are not there yet
 * @param replication copies of each; empty: the broker's default
 * @param schedule when which runs begin by themselves
 * @param watchShare of the quota that looks may use, 0 to 1
 * @param retention how long ended runs are kept
 * @param maxRecords most headers of a run that does not say itself; null: all
 * @param openMaxAge the ledger's rule, by which a plan counts details that are too old
 * @param guarded whether the API asks for a token
 * @param publicUrl where browsers find the API; empty: on loopback only
 */
record ProducerSettings(
    Map<String, Object> kafka,
    int partitions,
    Optional<Short> replication,
    Postgres postgres,
    TinySettings tiny,
    ReadingRules reading,
    Schedule schedule,
    double watchShare,
    Duration retention,
    @Nullable Long maxRecords,
    Duration openMaxAge,
    boolean guarded,
    Optional<URI> publicUrl) {
  private static final int PAGE = 100;
  private static final int ATTEMPTS = 8;

  static ProducerSettings of(Environment environment) {
    ZoneId zone = environment.zone("SYNC_ZONE", "America/Sao_Paulo");
    int max = environment.integer("SYNC_MAX_RECORDS", 0, 0, Integer.MAX_VALUE);
    return new ProducerSettings(
        environment.kafka(),
        environment.partitions(),
        environment.replication(),
        environment.postgres(),
        TinySettings.of(environment),
        reading(environment, zone),
        Schedule.parse(
            environment.text("SYNC_SCHEDULE", Schedule.DEFAULT), zone, environment::problem),
        environment.integer("SYNC_QUOTA_SHARE", 80, 1, 100) / 100.0,
        environment.duration("SYNC_RUN_RETENTION", Duration.ofDays(90)),
        max == 0 ? null : Long.valueOf(max),
        environment.duration("LEDGER_OPEN_MAX_AGE", Duration.ofHours(24)),
        environment.text("ORDEM_API_TOKEN").isPresent(),
        environment.publicUrl());
  }

  private static ReadingRules reading(Environment environment, ZoneId zone) {
    return new ReadingRules(
        PAGE,
        environment.integer("SYNC_LOOKBACK_DAYS", 7, 0, 3650),
        environment.duration("SYNC_FRESH", Duration.ofHours(2)),
        zone,
        ATTEMPTS,
        Duration.ofSeconds(2),
        Duration.ofMinutes(1));
  }
}
