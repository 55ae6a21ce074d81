package dev.ordem.tiny.account;

import dev.ordem.tiny.account.owner.AccountOwner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What else is known of an account.
 *
 * @param problemDetail persons and companies by name, and Tiny's own words, of what keeps it from
 *     being used; not for everybody; null: there is no more to say
 * @param clientId of its application; null: it has none yet
 * @param plan reads a minute of its plan, as a person said; null: nobody said
 * @param toldByTiny whether its limits are Tiny's own word, learned from its answers
 * @param used calls that the middle window counts now
 * @param opensAt when the middle window has room again; null: it has now, or there is none
 * @param lastCallAt when Tiny was last called, as far as the last two hours tell
 * @param owner whose it is
 */
public record AccountFacts(
    @Nullable String problemDetail,
    @Nullable String clientId,
    @Nullable Integer plan,
    boolean toldByTiny,
    int used,
    @Nullable Instant opensAt,
    @Nullable Instant lastCallAt,
    AccountOwner owner) {
  /** Nothing. */
  public static final AccountFacts NONE =
      new AccountFacts(null, null, null, false, 0, null, null, AccountOwner.UNKNOWN);
}
