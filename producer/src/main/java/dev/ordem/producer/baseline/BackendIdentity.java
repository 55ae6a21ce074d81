package dev.ordem.producer.baseline;

/**
 * Which Kafka and which Postgres: when one of these changes, another generation begins.
 *
 * @param cluster Kafka's own id of the cluster
 * @param headersTopic Kafka's own id of {@code os-headers}
 * @param enrichedTopic Kafka's own id of {@code os-enriched}
 * @param postgres Postgres' own id of the database system
 * @param partitions of each of the topics
 */
record BackendIdentity(
    String cluster, String headersTopic, String enrichedTopic, String postgres, int partitions) {}
