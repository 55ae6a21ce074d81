package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/** What the producer tells the ledger, in the order of the partition. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HeaderEvent.Seen.class, name = "seen"),
  @JsonSubTypes.Type(value = HeaderEvent.RefreshWanted.class, name = "refresh-wanted"),
  @JsonSubTypes.Type(value = HeaderEvent.EndOfHeaders.class, name = "end-of-headers"),
  @JsonSubTypes.Type(value = HeaderEvent.Canceled.class, name = "canceled")
})
public sealed interface HeaderEvent extends Event {

  /** An event about one order; its record's key is the order's {@link OrderKey}. */
  sealed interface OfOrder extends HeaderEvent, OrderEvent {}

  /**
   * A marker, written once to every partition, behind the headers of its run. Its record's key is
   * the run's id, which names no order.
   */
  sealed interface Marker extends HeaderEvent {
    UUID runId();

    @Override
    @JsonIgnore
    default String subject() {
      return runId().toString();
    }
  }

  /**
   * A header was read. Seeing one twice is harmless.
   *
   * @param runId the run that read it
   * @param mode what that run reads
   * @param headersOnly whether its detail is not wanted yet
   * @param seenAt when the page arrived
   */
  record Seen(
      String account, UUID runId, Mode mode, boolean headersOnly, Header header, Instant seenAt)
      implements OfOrder {
    @Override
    @JsonIgnore
    public long osId() {
      return header.id();
    }

    @Override
    @JsonIgnore
    public Instant time() {
      return seenAt;
    }
  }

  /** A person wants this order read now. */
  record RefreshWanted(String account, long osId, Instant requestedAt) implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return requestedAt;
    }
  }

  /**
   * The run has written all its headers of this partition.
   *
   * @param mode what the run read; {@link Mode#FULL} only if that was every header of the account,
   *     so that an order it did not show is not in Tiny's list. A full run that was cut short, had
   *     a maximum or met unreadable items says {@link Mode#PERIOD}
   */
  record EndOfHeaders(String account, UUID runId, Mode mode, Instant endedAt) implements Marker {
    @Override
    @JsonIgnore
    public Instant time() {
      return endedAt;
    }
  }

  /** The run was cancelled: what it has waiting is dropped. */
  record Canceled(String account, UUID runId, Instant canceledAt) implements Marker {
    @Override
    @JsonIgnore
    public Instant time() {
      return canceledAt;
    }
  }
}
