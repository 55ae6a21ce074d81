package dev.ordem.tiny.account.owner;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares, before it is used, an authorisation that no person at a browser gave: one that came by
 * {@code TINY_REFRESH_TOKEN} to an account of which something is known. It costs one call.
 */
public final class OwnerProof {
  private final OwnerCheck check;
  private final OwnerStore owners;
  private final Samples samples;

  public OwnerProof(OwnerCheck check, OwnerStore owners, Samples samples) {
    this.check = check;
    this.owners = owners;
    this.samples = samples;
  }

  /** Reads what an account shows. */
  @FunctionalInterface
  public interface Samples {
    /**
     * Asks once.
     *
     * @param quotaOf whose quota the call counts in; null: nobody's that is known
     * @return null: it could not be read
     */
    @Nullable AccountSample read(@Nullable String quotaOf, String accessToken)
        throws InterruptedException;
  }

  /** What came of it: one of a closed set. */
  public sealed interface Proof {
    /** It is the account's. */
    record Good() implements Proof {}

    /**
     * It is another's.
     *
     * @param why with what to do
     */
    record Refused(String why) implements Proof {}

    /** The account could not be looked at. */
    record Unknown() implements Proof {}
  }

  public Proof of(String account, String accessToken) throws InterruptedException, SQLException {
    AccountSample shown = samples.read(account, accessToken);
    if (shown == null) {
      return new Proof.Unknown();
    }
    AccountOwner seen = AccountOwner.of(TokenClaims.of("", accessToken), shown);
    Optional<String> refusal = check.refusal(account, seen, shown);
    if (refusal.isPresent()) {
      return new Proof.Refused("TINY_REFRESH_TOKEN: " + refusal.get());
    }
    owners.save(account, seen);
    return new Proof.Good();
  }
}
