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

    /** Whether headers of its reading may still come. */
    @JsonIgnore
    boolean reads() {
      return !canceled && endMet < reading;
    }

    /** Whether the end of the newest reading was passed. */
    @JsonIgnore
    boolean over() {
      return reading > 0 && ended == reading;
    }
  }

  /**
   * Orders by what their headers showed.
   *
   * @param skipped headers of the newest reading that came before the account's baseline
   */
  record Sightings(long fresh, long changed, long unchanged, long skipped) {
    static final Sightings NONE = new Sightings(0, 0, 0, 0);

    Sightings plus(Sightings other) {
      return new Sightings(
          fresh + other.fresh,
          changed + other.changed,
          unchanged + other.unchanged,
          skipped + other.skipped);
    }

    Sightings noneSkipped() {
      return new Sightings(fresh, changed, unchanged, 0);
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

  /** What began anew has seen nothing yet, unless it only goes on where it stopped. */
  Run readsAnew(long reading) {
    boolean overBefore = course.endMet > 0 && course.endMet == course.reading;
    Sightings kept = overBefore ? Sightings.NONE : sightings.noneSkipped();
    return with(course.reading(reading)).with(kept);
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
        sightings.fresh + sightings.changed + sightings.unchanged,
        sightings.fresh,
        sightings.changed,
        sightings.unchanged,
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
