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
 * @param sequence 1 for the first observation of an order, then without a gap
 * @param from null for the first observation
 * @param seenBefore when the order was last seen with {@code from}: the transition happened after
 *     this; null for the first observation
 * @param seenAt when the order was first seen with {@code to}: the transition happened before this
 * @param source which call saw it first
 */
public record StatusChange(
    UUID id,
    String account,
    long osId,
    long sequence,
    @Nullable Integer from,
    int to,
    @Nullable Instant seenBefore,
    Instant seenAt,
    Source source,
    @Nullable UUID runId)
    implements OrderEvent {

  /** Which call saw a transition first. */
  public enum Source {
    @JsonProperty("header")
    HEADER,
    @JsonProperty("detail")
    DETAIL
  }

  /** The id of the {@code sequence}th transition of an order. */
  public static UUID idOf(OrderKey key, long sequence) {
    return UUID.nameUUIDFromBytes((key + ":" + sequence).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return seenAt;
  }
}
