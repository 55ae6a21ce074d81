package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.Detail;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order with a past.
 *
 * @param changed whether the list shows it changed in the end
 */
record PastOrder(long id, Past past, int status, boolean changed) {
  static final String ACCOUNT = "default";

  /** The only one of each run. */
  static final long READING = 1;

  /** All that Tiny documents, and one that it does not. */
  private static final List<Integer> STATUSES = List.of(0, 1, 2, 3, 4, 5, 6, 7, 9);

  /** What has become of its detail so far; long ago is longer than an open order's may be. */
  enum Past {
    NEVER_READ(null),
    NEVER_READ_THOUGH_A_CANCELED_RUN_WANTED_IT(null),
    READ_LONG_AGO(Duration.ofHours(25)),
    READ_LONG_AGO_THOUGH_A_CANCELED_RUN_WANTED_IT(Duration.ofHours(25)),
    READ_LONG_AGO_AND_AGAIN_JUST_NOW(Duration.ofHours(25)),
    READ_TODAY(Duration.ofHours(23)),
    READ_JUST_NOW(Duration.ZERO),
    NOT_FOUND_THOUGH_LISTED(null),
    PARKED(null);

    private final @Nullable Duration age;

    Past(@Nullable Duration age) {
      this.age = age;
    }

    /** Of the detail that was first read; empty: none was. */
    Optional<Duration> age() {
      return Optional.ofNullable(age);
    }

    /** Whether a person asked for it just now. */
    boolean refreshed() {
      return switch (this) {
        case READ_LONG_AGO_AND_AGAIN_JUST_NOW, NOT_FOUND_THOUGH_LISTED, PARKED -> true;
        default -> false;
      };
    }

    boolean canceled() {
      return switch (this) {
        case NEVER_READ_THOUGH_A_CANCELED_RUN_WANTED_IT,
            READ_LONG_AGO_THOUGH_A_CANCELED_RUN_WANTED_IT ->
            true;
        default -> false;
      };
    }
  }

  /** Every past with every status, changed in the end and not; the first has the id 1. */
  static List<PastOrder> all() {
    List<PastOrder> all = new ArrayList<>();
    for (Past past : Past.values()) {
      for (int status : STATUSES) {
        all.add(new PastOrder(all.size() + 1, past, status, false));
        all.add(new PastOrder(all.size() + 1, past, status, true));
      }
    }
    return all;
  }

  /** Its emission date, which it shares with no other. */
  LocalDate day() {
    return LocalDate.of(2024, 1, 1).plusDays(id);
  }

  HeaderEvent.Seen seen(UUID run, boolean headersOnly, String number, Instant at) {
    Header header =
        new Header(
            id,
            status,
            day(),
            null,
            null,
            number,
            null,
            null,
            List.of(),
            JsonNodeFactory.instance.objectNode().put("id", id));
    return new HeaderEvent.Seen(ACCOUNT, run, Mode.FULL, headersOnly, header, at, at, READING);
  }

  DetailResult read(DetailRequest request, Instant at) {
    Detail detail =
        new Detail(
            id,
            status,
            day(),
            null,
            null,
            "1",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            JsonNodeFactory.instance.objectNode().put("id", id));
    return new DetailResult.Fetched(request, detail, at, at);
  }

  /** What a fetcher answers now. */
  DetailResult answer(DetailRequest request, Instant now) {
    return switch (past) {
      case READ_LONG_AGO_AND_AGAIN_JUST_NOW -> read(request, now);
      case NOT_FOUND_THOUGH_LISTED -> new DetailResult.Gone(request, now, now);
      case PARKED ->
          new DetailResult.Rejected(request, new Failure("unreadable", "no JSON", null), now);
      default -> new DetailResult.Deferred(request, now.plus(Duration.ofHours(1)), "no quota", now);
    };
  }
}
