package dev.ordem.detail.ledger.partition;

import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all partitions of a process share; thread safe.
 *
 * @param ids of requests, each a new one
 * @param random one for each partition
 * @param clock the host's own, which may be wrong; that of Kafka Streams does not follow it
 */
public record PartitionResources(
    LedgerRules rules,
    Supplier<UUID> ids,
    Supplier<RandomGenerator> random,
    LedgerMeters meters,
    InstantSource clock,
    Activity activity,
    DeletedRecords deleted) {}
