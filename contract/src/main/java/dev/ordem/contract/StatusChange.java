package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An observed transition of an order's status. It carries no personal data.
 *
 * @param id the same for the same transition, however often it is written
 * @param sequence grows by one with each transition of an order; 1 for the first observation
 * @param previousSequence of the transition before this one, so that a reader sees a gap; null for
 *     the first observation, and in records of earlier versions
 * @param from null for the first observation; a code as in {@link EnrichedOrder#situacao}, as is
 *     {@code to}
 * @param seenBefore when Tiny was last asked and showed {@code from}: the transition happened after
 *     this, by the database's clock; null for the first observation
 * @param seenAt when the answer was there that first showed {@code to}: the transition happened
 *     before this
 * @param source which call saw it first
 */
public record StatusChange(
    UUID id,
    String account,
    long osId,
    long sequence,
    @Nullable Long previousSequence,
    @Nullable Integer from,
    int to,
    @Nullable Instant seenBefore,
    Instant seenAt,
    Source source,
    @Nullable UUID runId)
    implements OrderEvent {
  /**
   * Header of a record that tells a transition again, with the id and the sequence that it had:
   * after Kafka was lost, the topic gets its history back from Postgres. Absent from all others.
   */
  public static final String RETOLD = "ce_retold";

  /** Which call saw a transition first. */
  public enum Source {
    @JsonProperty("header")
    HEADER,
    @JsonProperty("detail")
    DETAIL
  }

  /** The id of a transition: the same for the same one, and never that of another. */
  public static UUID idOf(OrderKey key, long sequence, @Nullable Integer from, int to) {
    String name = key + ":" + sequence + ":" + (from == null ? "" : from) + ":" + to;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return seenAt;
  }
}
