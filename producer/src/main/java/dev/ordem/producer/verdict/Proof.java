package dev.ordem.producer.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.producer.certificate.AccountGeneration;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.runs.Phase;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * That a partition was found equal in ledger and Postgres. The list of a run's proofs is its
 * certificate, column {@code sync_run.certificate}.
 *
 * @param generation in which the ledger's numbers were told
 * @param reading of the run that the proof is about
 * @param version of the ledger's certificate that was equal
 * @param settled claims of the run that were settled here then: one more means that an order was
 *     put right since, which this proof does not cover
 * @param healing whether it was made while the run heals: one from before does not say that what
 *     made it partial is there
 * @param numbers what both sides held, without the rows of {@code os_refused}
 * @param provedAt by the database's clock
 */
record Proof(
    int partition,
    UUID generation,
    long reading,
    long version,
    long settled,
    boolean healing,
    PartitionDigest numbers,
    Instant provedAt) {

  /** What the comparisons of this very moment have proved. Older ones may not cover what came. */
  static SortedMap<Integer, Proof> of(Evidence evidence) {
    SortedMap<Integer, Proof> proofs = new TreeMap<>();
    AccountGeneration generation = evidence.generation();
    for (PartitionComparison one : evidence.trials().comparisons().values()) {
      Evidence.Progress progress = evidence.progress().get(one.partition());
      if (generation != null
          && progress != null
          && one.equal()
          && one.at().equals(evidence.now())) {
        long reading = evidence.run().reading();
        proofs.put(
            one.partition(),
            new Proof(
                one.partition(),
                generation.id(),
                reading,
                one.version(),
                progress.settled(),
                evidence.run().phase() == Phase.HEALING,
                one.ledger(),
                one.at()));
      }
    }
    return proofs;
  }

  /**
   * Whether what was proved is still there. Since the proof the ledger may have gone on, and
   * Postgres be behind it for a moment; but if only Postgres is another one, or holds less than it
   * did, then rows have gone.
   */
  boolean stands(PartitionComparison later) {
    if (later.equal()) {
      return true;
    }
    PartitionDigest ledger = later.ledger();
    PartitionDigest postgres = later.postgres();
    return later.version() != version
        && postgres.orders() >= Math.min(numbers.orders(), ledger.orders())
        && postgres.changes() >= Math.min(numbers.changes(), ledger.changes());
  }

  static Proof parse(JsonNode json) {
    return new Proof(
        json.path("partition").asInt(),
        UUID.fromString(json.path("generation").asText()),
        json.path("reading").asLong(),
        json.path("version").asLong(),
        json.path("settled").asLong(),
        json.path("healing").asBoolean(),
        new PartitionDigest(
            json.path("orders").asLong(),
            json.path("ordersXor").asLong(),
            json.path("changes").asLong(),
            json.path("changesXor").asLong()),
        Instant.parse(json.path("provedAt").asText()));
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("partition", partition)
        .put("generation", generation.toString())
        .put("reading", reading)
        .put("version", version)
        .put("settled", settled)
        .put("healing", healing)
        .put("orders", numbers.orders())
        .put("ordersXor", numbers.ordersXor())
        .put("changes", numbers.changes())
        .put("changesXor", numbers.changesXor())
        .put("provedAt", provedAt.toString());
  }
}
