package dev.ordem.producer.certificate;

import java.util.UUID;

/**
 * The present generation of an account: the Kafka and the Postgres that its certificates are about.
 *
 * @param partitions of {@code os-headers}
 */
public record AccountGeneration(UUID id, int partitions) {}
