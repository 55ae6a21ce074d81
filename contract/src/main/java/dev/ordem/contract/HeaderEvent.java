package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger is told, in the order of the partition: headers that the list showed, markers of
 * runs and accounts, and what people want read.
 *
 * <p>A <em>reading</em> numbers each beginning or resumption of a run's reading, and only grows. A
 * header or marker of an older reading was written by a producer that had lost the run.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HeaderEvent.Seen.class, name = "seen"),
  @JsonSubTypes.Type(value = HeaderEvent.SeenAgain.class, name = "seen-again"),
  @JsonSubTypes.Type(value = HeaderEvent.Unlisted.class, name = "unlisted"),
  @JsonSubTypes.Type(value = HeaderEvent.RefreshWanted.class, name = "refresh-wanted"),
  @JsonSubTypes.Type(value = HeaderEvent.RequeueWanted.class, name = "requeue-wanted"),
  @JsonSubTypes.Type(value = HeaderEvent.BaselineOrder.class, name = "baseline-order"),
  @JsonSubTypes.Type(value = HeaderEvent.DetailsMissing.class, name = "details-missing"),
  @JsonSubTypes.Type(value = HeaderEvent.PassOver.class, name = "pass-over"),
  @JsonSubTypes.Type(value = HeaderEvent.EndOfHeaders.class, name = "end-of-headers"),
  @JsonSubTypes.Type(value = HeaderEvent.AbsencesConfirmed.class, name = "absences-confirmed"),
  @JsonSubTypes.Type(value = HeaderEvent.Canceled.class, name = "canceled"),
  @JsonSubTypes.Type(value = HeaderEvent.Resumed.class, name = "resumed"),
  @JsonSubTypes.Type(value = HeaderEvent.Forgotten.class, name = "forgotten"),
  @JsonSubTypes.Type(value = HeaderEvent.Hold.class, name = "hold"),
  @JsonSubTypes.Type(value = HeaderEvent.Baselined.class, name = "baselined")
})
public sealed interface HeaderEvent extends Event {

  /** An event about one order; its record's key is the order's {@link OrderKey}. */
  sealed interface OfOrder extends HeaderEvent, OrderEvent {}

  /** Written once to every partition, to be read behind what was written before it. */
  sealed interface Marker extends HeaderEvent permits OfRun, OfAccount {
    /** The record's key, which names no order. */
    @JsonIgnore
    default String markerKey() {
      return subject();
    }
  }

  /**
   * A marker of a run. The markers of one run are worked off strictly one after the other. Its
   * record's key is the run's id.
   */
  sealed interface OfRun extends Marker {
    UUID runId();

    /** The reading that it belongs to; null in records of schema 1. */
    @Nullable Long reading();

    @Override
    @JsonIgnore
    default String subject() {
      return runId().toString();
    }
  }

  /** A marker of an account. Its record's key is the account. */
  sealed interface OfAccount extends Marker {
    @Override
    @JsonIgnore
    default String subject() {
      return account();
    }
  }

  /**
   * A header was read. Seeing one twice is harmless.
   *
   * @param runId the run that read it; null: no run did
   * @param mode what that run reads
   * @param headersOnly whether its detail is not wanted yet
   * @param seenAt when the page was there, by the database's clock
   * @param askedAt when Tiny was asked for it, by the database's clock; null in records of schema 1
   * @param reading of that run; null in records of schema 1, and without a run
   */
  record Seen(
      String account,
      @Nullable UUID runId,
      Mode mode,
      boolean headersOnly,
      Header header,
      Instant seenAt,
      @Nullable Instant askedAt,
      @Nullable Long reading)
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

  /**
   * A list showed an order as it was known, which is told only once another shows it otherwise: so
   * that the change is known to lie between both. Told before the {@link Seen} of the other.
   *
   * @param situacao that it showed
   * @param askedAt when Tiny was asked for the page, by the database's clock
   * @param seenAt when it was there
   */
  record SeenAgain(String account, long osId, int situacao, Instant askedAt, Instant seenAt)
      implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return seenAt;
    }
  }

  /**
   * The page of a list that must hold the order does not: it left the status, or was deleted.
   *
   * @param situacao whose list it is; null: the list of all orders
   * @param askedAt when Tiny was asked for the page, by the database's clock
   * @param seenAt when it was there
   */
  record Unlisted(
      String account, long osId, @Nullable Integer situacao, Instant askedAt, Instant seenAt)
      implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return seenAt;
    }
  }

  /** A person wants this order read now, or the list shows its id where it cannot stand. */
  record RefreshWanted(String account, long osId, Instant requestedAt) implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return requestedAt;
    }
  }

  /** A person wants this order tried again, if it is parked or waits for its next attempt. */
  record RequeueWanted(String account, long osId, Instant requestedAt) implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return requestedAt;
    }
  }

  /**
   * What Postgres knows of an order, for a ledger that may have lost it. It changes nothing where
   * the ledger knows a revision that is not lower.
   *
   * @param generation that this baseline begins
   * @param revision of the row; later ones are greater
   * @param situacao as told last
   * @param statusSeenAt when it was last seen to be so, by the database's clock
   * @param sequence of the last transition; 0: none is known
   * @param changes how many transitions are known
   * @param changesXor XOR of their {@link Checksum#ofChange}
   * @param removed whether it was found to be deleted
   * @param header what the list last showed, as far as Postgres keeps it; null of a removed order,
   *     and of one that Postgres refused
   * @param detail null if it was never read, or the header is
   * @param detailFetchedAt when it was last read; null if it never was
   */
  record BaselineOrder(
      String account,
      long osId,
      UUID generation,
      long revision,
      int situacao,
      Instant statusSeenAt,
      long sequence,
      long changes,
      long changesXor,
      boolean removed,
      @Nullable Header header,
      @Nullable Detail detail,
      @Nullable Instant headerSeenAt,
      @Nullable Instant detailFetchedAt,
      Instant baselineAt)
      implements OfOrder {
    @Override
    @JsonIgnore
    public Instant time() {
      return baselineAt;
    }
  }

  /**
   * Asks for each order whose detail was never read, or shows less than the list did since.
   *
   * @param max most to ask for in this partition, newest first
   */
  record DetailsMissing(
      String account, UUID runId, @Nullable Long reading, long max, Instant markedAt)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return markedAt;
    }
  }

  /**
   * The lists of these statuses were read to their ends: asks for each order that the ledger holds
   * in one of them, or in one that is not documented, and that this run did not see.
   *
   * @param situacoes whose lists were read
   * @param beganAt when Tiny was asked for the first page of the run, by the database's clock; what
   *     was seen later was seen by it
   */
  record PassOver(
      String account,
      UUID runId,
      @Nullable Long reading,
      List<Integer> situacoes,
      Instant beganAt,
      Instant markedAt)
      implements OfRun {
    /** Copies the list. */
    public PassOver {
      situacoes = List.copyOf(situacoes);
    }

    @Override
    @JsonIgnore
    public Instant time() {
      return markedAt;
    }
  }

  /**
   * The run has written all its headers of this partition.
   *
   * @param mode what the run read
   * @param endedAt when this was written
   * @param reading null in records of schema 1
   * @param whole whether the run read every header of the account and could read all of them, so
   *     that an order it did not show is not in Tiny's list; null in records of schema 1
   * @param beganAt when Tiny was asked for the first page of the run, by the database's clock; null
   *     in records of schema 1, and if it asked for none
   */
  record EndOfHeaders(
      String account,
      UUID runId,
      Mode mode,
      Instant endedAt,
      @Nullable Long reading,
      @Nullable Boolean whole,
      @Nullable Instant beganAt)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return endedAt;
    }
  }

  /**
   * What a whole read did not show is believed not to be in the list: each such order is counted as
   * absent once more, and asked for.
   *
   * @param beganAt as in {@link EndOfHeaders}
   */
  record AbsencesConfirmed(
      String account, UUID runId, @Nullable Long reading, Instant beganAt, Instant confirmedAt)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return confirmedAt;
    }
  }

  /**
   * The run was cancelled: what it has waiting is dropped.
   *
   * @param reading null in records of schema 1
   */
  record Canceled(String account, UUID runId, Instant canceledAt, @Nullable Long reading)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return canceledAt;
    }
  }

  /** The run goes on: what it dropped or parked is taken up. */
  record Resumed(String account, UUID runId, @Nullable Long reading, Instant resumedAt)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return resumedAt;
    }
  }

  /** The run is too old to be remembered: its claims and its progress are removed. */
  record Forgotten(String account, UUID runId, @Nullable Long reading, Instant forgottenAt)
      implements OfRun {
    @Override
    @JsonIgnore
    public Instant time() {
      return forgottenAt;
    }
  }

  /**
   * For a moment no request is sent for the account, so that it stands still to be compared.
   *
   * @param millis how long, from the moment at which the ledger reads this; at most 5,000
   */
  record Hold(String account, long millis, Instant heldAt) implements OfAccount {
    @Override
    @JsonIgnore
    public Instant time() {
      return heldAt;
    }
  }

  /**
   * The {@link BaselineOrder}s of this partition are over: from here on the ledger tells what it
   * sees of the account.
   */
  record Baselined(String account, UUID generation, Instant baselinedAt) implements OfAccount {
    @Override
    @JsonIgnore
    public Instant time() {
      return baselinedAt;
    }
  }
}
