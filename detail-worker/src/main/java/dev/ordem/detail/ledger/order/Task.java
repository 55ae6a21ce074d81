package dev.ordem.detail.ledger.order;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Lane;
import dev.ordem.contract.SyncState.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is being done about an order's detail. The methods of its states are the only ways from one
 * to the next.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Task.Settled.class, name = "settled"),
  @JsonSubTypes.Type(value = Task.Queued.class, name = "queued"),
  @JsonSubTypes.Type(value = Task.Requested.class, name = "requested"),
  @JsonSubTypes.Type(value = Task.Retrying.class, name = "retrying"),
  @JsonSubTypes.Type(value = Task.Parked.class, name = "parked")
})
public sealed interface Task {
  /** Since when it is in this state. */
  Instant since();

  FetchReason want();

  /** As subscribers are told. */
  Work work();

  /** The failed attempts so far. */
  Attempts attempts();

  /**
   * Failed attempts.
   *
   * @param last why the last one failed; null if none did, or a person wants it all the same
   */
  record Attempts(int made, @Nullable Failure last) {
    static final Attempts NONE = new Attempts(0, null);

    Attempts plus(Failure failure) {
      return new Attempts(made + 1, failure);
    }

    Attempts anew() {
      return new Attempts(0, last);
    }
  }

  /** Nothing: all that was asked for is there. */
  record Settled(Instant since, FetchReason want) implements Task {
    public static final Settled NONE = new Settled(Instant.EPOCH, FetchReason.NONE);

    @Override
    public Work work() {
      return Work.SETTLED;
    }

    @Override
    public Attempts attempts() {
      return Attempts.NONE;
    }
  }

  /** Waits for its turn. */
  record Queued(Instant since, FetchReason want, Attempts attempts) implements Task {
    @Override
    public Work work() {
      return Work.QUEUED;
    }

    Queued and(FetchReason other) {
      return new Queued(since, want.and(other), attempts);
    }

    /**
     * Its turn has come.
     *
     * @param run that wants it now; null: none does
     */
    public Requested requested(
        UUID id, @Nullable String fingerprint, @Nullable UUID run, Instant lostAt, Instant now) {
      Out out = new Out(id, fingerprint, lostAt);
      return new Requested(now, run == null ? want : want.by(run), attempts, out, Again.NO);
    }
  }

  /**
   * A request.
   *
   * @param fingerprint of the newest header when it was sent
   * @param lostAt when it is to be taken for lost
   */
  record Out(UUID id, @Nullable String fingerprint, Instant lostAt) {}

  /**
   * What came up while a request was out: the order is wanted once more unless Tiny was asked after
   * this.
   *
   * @param person when a person wanted it
   * @param doubt when the list was there that contradicts what is known
   */
  record Again(@Nullable Instant person, @Nullable Instant doubt) {
    static final Again NO = new Again(null, null);

    /** The lane to read it in once more; empty: the answer does. */
    public Optional<Lane> unmet(Instant asked) {
      if (person != null && person.isAfter(asked)) {
        return Optional.of(Lane.REFRESH);
      }
      return doubt != null && doubt.isAfter(asked) ? Optional.of(Lane.HOT) : Optional.empty();
    }
  }

  /** A request is out. */
  record Requested(Instant since, FetchReason want, Attempts attempts, Out out, Again again)
      implements Task {
    @Override
    public Work work() {
      return Work.REQUESTED;
    }

    public Requested wantedByPerson(Instant at) {
      Instant person = again.person == null ? at : Observation.later(again.person, at);
      return new Requested(since, want, attempts, out, new Again(person, again.doubt));
    }

    public Requested doubted(Instant at) {
      Instant doubt = again.doubt == null ? at : Observation.later(again.doubt, at);
      return new Requested(since, want, attempts, out, new Again(again.person, doubt));
    }

    /** Back to the queue, without an attempt made. */
    public Queued putBack(Instant now) {
      FetchReason back = again.person != null ? want.and(FetchReason.free(Lane.REFRESH)) : want;
      return new Queued(now, back, attempts);
    }
  }

  /** Failed; waits for its next attempt. */
  record Retrying(Instant since, FetchReason want, Attempts attempts, Instant dueAt)
      implements Task {
    @Override
    public Work work() {
      return Work.RETRYING;
    }

    public Queued due(Instant now) {
      return new Queued(now, want.in(Lane.RETRY), attempts);
    }
  }

  /** Failed for good: a person must look. */
  record Parked(Instant since, FetchReason want, Attempts attempts) implements Task {
    @Override
    public Work work() {
      return Work.PARKED;
    }
  }

  /** Whether this is the answer that it waits for. */
  default boolean answers(UUID request) {
    return this instanceof Requested requested && requested.out.id().equals(request);
  }

  default boolean parked() {
    return this instanceof Parked;
  }

  /** Whether it is parked for this reason. */
  default boolean parkedFor(String cause) {
    Failure last = attempts().last();
    return parked() && last != null && last.cause().equals(cause);
  }

  /** When time does something to it; null: never. */
  default @Nullable Instant dueAt() {
    if (this instanceof Retrying retrying) {
      return retrying.dueAt();
    }
    return this instanceof Requested requested ? requested.out().lostAt() : null;
  }

  /** From the beginning, whatever failed before. */
  default Queued anew(FetchReason why, Instant now) {
    return new Queued(now, why, attempts().anew());
  }

  /** Wanted by a run, or because a list showed something; what is under way serves it. */
  default Task wanted(FetchReason why, Instant now) {
    if (this instanceof Settled) {
      return new Queued(now, why, Attempts.NONE);
    }
    if (this instanceof Queued queued) {
      return queued.and(why);
    }
    return why.free() ? freed() : this;
  }

  /** Nobody can take back any more what is under way. */
  private Task freed() {
    if (this instanceof Requested out) {
      return new Requested(out.since, out.want.freed(), out.attempts, out.out, out.again);
    }
    return this instanceof Retrying retrying
        ? new Retrying(retrying.since, retrying.want.freed(), retrying.attempts, retrying.dueAt)
        : this;
  }

  /** A person wants the detail now, whatever failed before. */
  default Task wantedByPerson(Instant at, Instant now) {
    return this instanceof Requested requested
        ? requested.wantedByPerson(at)
        : anew(FetchReason.free(Lane.REFRESH), now);
  }

  /** What a list shows cannot be reconciled with what is known: it is asked for in any case. */
  default Task doubted(FetchReason why, Instant answered, Instant now) {
    if (this instanceof Requested requested) {
      return requested.doubted(answered);
    }
    return parked() ? anew(why, now) : wanted(why, now);
  }

  default Task settled(Instant now) {
    return new Settled(now, want());
  }

  default Task parked(Failure failure, Instant now) {
    return new Parked(now, want(), attempts().plus(failure));
  }

  /**
   * One more attempt failed.
   *
   * @param delay until the next one; empty: there is none
   */
  default Task failed(Failure failure, Optional<Duration> delay, Instant now) {
    Attempts made = attempts().plus(failure);
    return delay
        .<Task>map(time -> new Retrying(now, want().in(Lane.RETRY), made, now.plus(time)))
        .orElseGet(() -> new Parked(now, want(), made));
  }
}
