package dev.ordem.detail.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.ordem.contract.RunProgress;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a run in one partition.
 *
 * @param absences what a whole read found; null: none has ended
 * @param settledVersion of the account's certificate when nothing was open any more; null while
 *     something is
 */
record Run(
    UUID id,
    String account,
    Course course,
    Sightings sightings,
    Claims claims,
    @Nullable Absences absences,
    @Nullable Long settledVersion) {
  static Run begun(UUID id, String account) {
    return new Run(id, account, Course.NEW, Sightings.NONE, Claims.NONE, null, null);
  }

  /**
   * How far it has come.
   *
   * @param reading the newest that was met
   * @param endMet the newest reading whose end was met; what comes after it is no news of the run
   * @param ended the newest reading whose end was met and all before it worked off
   * @param endedAt as that end says
   * @param forgottenAt when it was forgotten, by this host's clock; null: it was not
   */
  record Course(
      long reading,
      boolean canceled,
      long endMet,
      long ended,
      @Nullable Instant endedAt,
      @Nullable Instant forgottenAt) {
    static final Course NEW = new Course(0, false, 0, 0, null, null);

    Course reading(long newer) {
      return new Course(newer, canceled, endMet, ended, endedAt, forgottenAt);
    }

    Course canceled(long in, boolean so) {
      return new Course(in, so, endMet, ended, endedAt, forgottenAt);
    }

    Course endMet(long in) {
      return new Course(in, canceled, in, ended, endedAt, forgottenAt);
    }

    Course ended(long in, Instant at) {
      return new Course(reading, canceled, endMet, in, at, forgottenAt);
    }

    Course forgotten(Instant now) {
      return new Course(reading, true, endMet, ended, endedAt, now);
    }

    /** Whether headers of it may still come, once it goes on if it is cancelled. */
    @JsonIgnore
    boolean reads() {
      return forgottenAt == null && endMet < reading;
    }

    /** Whether the end of the newest reading was passed. */
    @JsonIgnore
    boolean over() {
      return reading > 0 && ended == reading;
    }
  }

  /** Orders by what their headers showed. */
  record Seen(long fresh, long changed, long unchanged) {
    static final Seen NONE = new Seen(0, 0, 0);
    static final Seen FRESH = new Seen(1, 0, 0);
    static final Seen CHANGED = new Seen(0, 1, 0);
    static final Seen UNCHANGED = new Seen(0, 0, 1);

    Seen plus(Seen other) {
      return new Seen(fresh + other.fresh, changed + other.changed, unchanged + other.unchanged);
    }
  }

  /**
   * What it saw.
   *
   * @param from the reading from which on orders are counted
   * @param skipped headers that came before the account's baseline
   * @param skippedIn the newest reading of which some did
   */
  record Sightings(Seen seen, long from, long skipped, long skippedIn) {
    static final Sightings NONE = new Sightings(Seen.NONE, 0, 0, 0);

    Sightings plus(Seen one) {
      return new Sightings(seen.plus(one), from, skipped, skippedIn);
    }

    Sightings skip(long reading) {
      return new Sightings(seen, from, skipped + 1, reading);
    }

    /** What was read again from there on is skipped no more. */
    Sightings readAgain(long reading) {
      return skippedIn < reading ? new Sightings(seen, from, 0, reading) : this;
    }
  }

  /**
   * Claims by what they are counted as.
   *
   * @param open dropped, all of them, while the run is cancelled
   */
  record Claims(long open, long parked, long settled) {
    static final Claims NONE = new Claims(0, 0, 0);

    Claims made(boolean parkedAtOnce) {
      return parkedAtOnce
          ? new Claims(open, parked + 1, settled)
          : new Claims(open + 1, parked, settled);
    }

    Claims settled(boolean wasParked) {
      return wasParked
          ? new Claims(open, parked - 1, settled + 1)
          : new Claims(open - 1, parked, settled + 1);
    }

    Claims moved(boolean toParked) {
      return toParked
          ? new Claims(open - 1, parked + 1, settled)
          : new Claims(open + 1, parked - 1, settled);
    }

    @JsonIgnore
    long requested() {
      return open + parked + settled;
    }
  }

  /**
   * What a whole read did not show.
   *
   * @param confirmed when the read began whose absences were counted; null: none were yet
   */
  record Absences(long known, long absent, @Nullable Instant confirmed) {}

  Run with(Course next) {
    return new Run(id, account, next, sightings, claims, absences, settledVersion);
  }

  Run with(Sightings next) {
    return new Run(id, account, course, next, claims, absences, settledVersion);
  }

  Run with(Claims next) {
    return new Run(id, account, course, sightings, next, absences, settledVersion);
  }

  Run with(Absences next) {
    return new Run(id, account, course, sightings, claims, next, settledVersion);
  }

  Run settledAt(@Nullable Long version) {
    return new Run(id, account, course, sightings, claims, absences, version);
  }

  /** A header of this reading is here: one that goes on after its end counts orders anew. */
  Run reads(long reading) {
    boolean anew = course.endMet > 0 && course.endMet < reading && course.endMet >= sightings.from;
    Run met = reading > course.reading ? with(course.reading(reading)) : this;
    return anew ? met.with(new Sightings(Seen.NONE, reading, 0, reading)) : met;
  }

  /** Whether nothing that it asked for is still to come. */
  @JsonIgnore
  boolean settled() {
    return course.over() && open() == 0;
  }

  private long open() {
    return course.canceled ? 0 : claims.open;
  }

  /** As told. */
  RunProgress progress(int partition, long suspects, Instant now) {
    return new RunProgress(
        id,
        account,
        partition,
        course.over(),
        sightings.seen.fresh + sightings.seen.changed + sightings.seen.unchanged,
        sightings.seen.fresh,
        sightings.seen.changed,
        sightings.seen.unchanged,
        claims.requested(),
        claims.settled,
        claims.parked,
        now,
        course.endedAt,
        course.reading,
        open(),
        course.canceled ? claims.open : 0,
        sightings.skipped,
        settledVersion,
        absences == null ? null : absences.known,
        absences == null ? null : absences.absent,
        absences != null && absences.confirmed != null,
        suspects);
  }
}
