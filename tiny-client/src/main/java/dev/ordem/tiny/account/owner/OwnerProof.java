package dev.ordem.tiny.account.owner;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Compares, before it is used, an authorisation that no person at a browser gave: one that came by
 * {@code TINY_REFRESH_TOKEN} to an account of which something is known. It costs a call, or two.
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
     * Asks.
     *
     * @param quotaOf whose quota the calls count in
     */
    SampleReading read(String quotaOf, String accessToken) throws InterruptedException;
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
    record Refused(AccountProblem why) implements Proof {}

    /**
     * The account could not be looked at.
     *
     * @param why and what comes of it
     */
    record Unknown(AccountProblem why) implements Proof {}
  }

  public Proof of(String account, String accessToken) throws InterruptedException, SQLException {
    SampleReading reading = samples.read(account, accessToken);
    if (reading instanceof SampleReading.Unreadable unreadable) {
      return new Proof.Unknown(
          AccountProblem.of(
              ("TINY_REFRESH_TOKEN: whose it is could not be read (%s), so nothing is read with it."
                      + " It is asked again; or ./ordem connect --account %s takes another"
                      + " authorisation.")
                  .formatted(unreadable.why(), account)));
    }
    TokenClaims claims = TokenClaims.of("", accessToken);
    return owners.alone(() -> judge(account, claims, reading));
  }

  private Proof judge(String account, TokenClaims claims, SampleReading reading)
      throws SQLException {
    Optional<AccountProblem> refusal = check.refusal(account, claims, reading);
    if (refusal.isPresent()) {
      AccountProblem why = refusal.get();
      return new Proof.Refused(
          new AccountProblem("TINY_REFRESH_TOKEN: " + why.text(), why.detail()));
    }
    owners.save(account, AccountOwner.of(claims, reading.sample()));
    return new Proof.Good();
  }
}
