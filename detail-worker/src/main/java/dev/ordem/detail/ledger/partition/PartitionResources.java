package dev.ordem.detail.ledger.partition;

import dev.ordem.detail.ledger.decision.LedgerRules;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all partitions of a process share; thread safe.
 *
 * @param ids of requests, each a new one
 * @param random one for each partition
 */
public record PartitionResources(
    LedgerRules rules, Supplier<UUID> ids, Supplier<RandomGenerator> random, LedgerMeters meters) {}
