package dev.ordem.detail.ledger.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
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
public record Run(
    UUID id,
    String account,
    Course course,
    Sightings sightings,
    ClaimCounts claims,
    @Nullable Absences absences,
    @Nullable Long settledVersion) {
  public static Run begun(UUID id, String account) {
    return new Run(id, account, Course.NEW, Sightings.NONE, ClaimCounts.NONE, null, null);
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
  public record Course(
      long reading,
      boolean canceled,
      long endMet,
      long ended,
      @Nullable Instant endedAt,
      @Nullable Instant forgottenAt) {
    static final Course NEW = new Course(0, false, 0, 0, null, null);

    public Course reading(long newer) {
      return new Course(newer, canceled, endMet, ended, endedAt, forgottenAt);
    }

    public Course canceled(long in, boolean so) {
      return new Course(in, so, endMet, ended, endedAt, forgottenAt);
    }

    public Course endMet(long in) {
      return new Course(in, canceled, in, ended, endedAt, forgottenAt);
    }

    public Course ended(long in, Instant at) {
      return new Course(reading, canceled, endMet, in, at, forgottenAt);
    }

    public Course forgotten(Instant now) {
      return new Course(reading, true, endMet, ended, endedAt, now);
    }

    /** Whether headers of it may still come, once it goes on if it is cancelled. */
    @JsonIgnore
    public boolean reads() {
      return forgottenAt == null && endMet < reading;
    }

    /** Whether the end of the newest reading was passed. */
    @JsonIgnore
    boolean over() {
      return reading > 0 && ended == reading;
    }
  }

  /** Orders by what their headers showed. */
  public record SeenCounts(long fresh, long changed, long unchanged) {
    public static final SeenCounts NONE = new SeenCounts(0, 0, 0);
    public static final SeenCounts FRESH = new SeenCounts(1, 0, 0);
    public static final SeenCounts CHANGED = new SeenCounts(0, 1, 0);
    public static final SeenCounts UNCHANGED = new SeenCounts(0, 0, 1);

    SeenCounts plus(SeenCounts other) {
      return new SeenCounts(
          fresh + other.fresh, changed + other.changed, unchanged + other.unchanged);
    }
  }

  /**
   * What it saw.
   *
   * @param from the reading from which on orders are counted
   * @param skipped headers that came before the account's baseline, or may have been deleted unread
   * @param skippedIn the newest reading of which some did
   * @param refused what nothing could be decided about; null: nothing was refused
   * @param missed where records were deleted unread that may have been headers of it, as {@link
   *     Account.Missed#next}; null: nowhere
   */
  public record Sightings(
      SeenCounts seen,
      long from,
      long skipped,
      long skippedIn,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Refused refused,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long missed) {
    static final Sightings NONE = new Sightings(SeenCounts.NONE, 0, 0, 0, null, null);

    public Sightings plus(SeenCounts one) {
      return new Sightings(seen.plus(one), from, skipped, skippedIn, refused, missed);
    }

    public Sightings skip(long reading) {
      return new Sightings(seen, from, skipped + 1, reading, refused, missed);
    }

    /** Of this reading nobody knows any more what it showed: once for each such place. */
    public Sightings miss(long reading, long next) {
      return missed != null && missed == next
          ? this
          : new Sightings(seen, from, skipped + 1, reading, refused, next);
    }

    /** What was read again from there on is skipped no more. */
    public Sightings readAgain(long reading) {
      return skippedIn < reading ? new Sightings(seen, from, 0, reading, refused, missed) : this;
    }

    /** One more went to the DLQ. */
    public Sightings refuse(long reading) {
      long before = refused == null ? 0 : refused.count;
      return new Sightings(
          seen, from, skipped, skippedIn, new Refused(before + 1, reading), missed);
    }

    /** All was read again from its beginning: what was refused before is not missing any more. */
    public Sightings allReadAgain(long reading) {
      return refused == null || refused.in >= reading
          ? this
          : new Sightings(seen, from, skipped, skippedIn, null, missed);
    }
  }

  /**
   * What is in the DLQ instead of here.
   *
   * @param in the newest reading that it belongs to
   */
  public record Refused(long count, long in) {}

  /**
   * Claims by what they are counted as.
   *
   * @param open dropped, all of them, while the run is cancelled
   * @param left whether it might not claim all that miss their detail; null: nobody looked
   */
  public record ClaimCounts(long open, long parked, long settled, @Nullable Boolean left) {
    public static final ClaimCounts NONE = new ClaimCounts(0, 0, 0, null);

    public ClaimCounts made(boolean parkedAtOnce) {
      return parkedAtOnce
          ? new ClaimCounts(open, parked + 1, settled, left)
          : new ClaimCounts(open + 1, parked, settled, left);
    }

    public ClaimCounts settled(boolean wasParked) {
      return wasParked
          ? new ClaimCounts(open, parked - 1, settled + 1, left)
          : new ClaimCounts(open - 1, parked, settled + 1, left);
    }

    public ClaimCounts moved(boolean toParked) {
      return toParked
          ? new ClaimCounts(open - 1, parked + 1, settled, left)
          : new ClaimCounts(open + 1, parked - 1, settled, left);
    }

    public ClaimCounts left(boolean some) {
      return new ClaimCounts(open, parked, settled, some);
    }

    @JsonIgnore
    public long requested() {
      return open + parked + settled;
    }
  }

  /**
   * What a whole read did not show.
   *
   * @param confirmed when the read began whose absences were counted; null: none were yet
   */
  public record Absences(long known, long absent, @Nullable Instant confirmed) {}

  public Run with(Course next) {
    return new Run(id, account, next, sightings, claims, absences, settledVersion);
  }

  public Run with(Sightings next) {
    return new Run(id, account, course, next, claims, absences, settledVersion);
  }

  public Run with(ClaimCounts next) {
    return new Run(id, account, course, sightings, next, absences, settledVersion);
  }

  public Run with(Absences next) {
    return new Run(id, account, course, sightings, claims, next, settledVersion);
  }

  public Run settledAt(@Nullable Long version) {
    return new Run(id, account, course, sightings, claims, absences, version);
  }

  /** A header of this reading is here: one that goes on after its end counts orders anew. */
  public Run reads(long reading) {
    boolean anew = course.endMet > 0 && course.endMet < reading && course.endMet >= sightings.from;
    Run met = reading > course.reading ? with(course.reading(reading)) : this;
    return anew
        ? met.with(new Sightings(SeenCounts.NONE, reading, 0, reading, null, sightings.missed))
        : met;
  }

  /** Whether nothing that it asked for is still to come. */
  @JsonIgnore
  public boolean settled() {
    return course.over() && open() == 0;
  }

  private long open() {
    return course.canceled ? 0 : claims.open;
  }

  /** As told. */
  public RunProgress progress(int partition, long suspects, Instant now) {
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
        suspects,
        claims.left,
        sightings.refused == null ? 0 : sightings.refused.count);
  }
}
