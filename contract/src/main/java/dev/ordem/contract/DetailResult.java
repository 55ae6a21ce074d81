package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a {@link DetailRequest} ended: one of five ways. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DetailResult.Fetched.class, name = "fetched"),
  @JsonSubTypes.Type(value = DetailResult.Gone.class, name = "gone"),
  @JsonSubTypes.Type(value = DetailResult.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = DetailResult.Rejected.class, name = "rejected"),
  @JsonSubTypes.Type(value = DetailResult.Deferred.class, name = "deferred")
})
public sealed interface DetailResult extends Event {

  /** The request that this answers, whole, so that the answer can be judged by itself. */
  DetailRequest request();

  /** When the answer was there. */
  Instant endedAt();

  @Override
  @JsonIgnore
  default String account() {
    return request().account();
  }

  @Override
  @JsonIgnore
  default String subject() {
    return request().subject();
  }

  @Override
  @JsonIgnore
  default Instant time() {
    return endedAt();
  }

  /**
   * The detail was read.
   *
   * @param askedAt when Tiny was asked, by the database's clock; null in records of earlier
   *     versions
   */
  record Fetched(DetailRequest request, Detail detail, @Nullable Instant askedAt, Instant endedAt)
      implements DetailResult {}

  /**
   * Tiny answered 404: perhaps removed, see the ledger.
   *
   * @param askedAt when Tiny was asked, by the database's clock; null in records of earlier
   *     versions
   */
  record Gone(DetailRequest request, @Nullable Instant askedAt, Instant endedAt)
      implements DetailResult {}

  /** An attempt was made and failed; a later one may succeed. */
  record Failed(DetailRequest request, Failure failure, Instant endedAt) implements DetailResult {}

  /** An attempt was made and failed for a reason that will not heal by itself. */
  record Rejected(DetailRequest request, Failure failure, Instant endedAt)
      implements DetailResult {}

  /**
   * No attempt was made: no quota, breaker open, authorisation lost.
   *
   * @param until before this it is no use to ask again for this account
   * @param reason one word or two, for people
   */
  record Deferred(DetailRequest request, Instant until, String reason, Instant endedAt)
      implements DetailResult {}
}
