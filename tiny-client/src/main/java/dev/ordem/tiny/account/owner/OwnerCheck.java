package dev.ordem.tiny.account.owner;

import dev.ordem.tiny.account.owner.AccountOwner.Match;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether an authorisation may be taken for an account: not if the account is another company's,
 * and not if the company has another name here. A doubt is refused too, and a person can overrule
 * each refusal, since what tokens say is not documented.
 */
public final class OwnerCheck {
  private static final String CONFIRM =
      " If that is what you want, ./ordem connect --account %s --confirm-company takes it.";

  private final OwnerStore owners;

  public OwnerCheck(OwnerStore owners) {
    this.owners = owners;
  }

  /**
   * Judges a new authorisation.
   *
   * @param shown what the account shows with it; null: it could not be read
   * @return why not, with what to do; empty: it may be taken
   */
  public Optional<String> refusal(String account, AccountOwner seen, @Nullable AccountSample shown)
      throws SQLException {
    AccountOwner known = owners.withStored(account, owners.of(account), shown);
    Optional<String> changed = changed(account, known, seen);
    if (changed.isPresent()) {
      return changed;
    }
    for (Map.Entry<String, AccountOwner> each : owners.all().entrySet()) {
      if (!each.getKey().equals(account)) {
        AccountOwner other = owners.withStored(each.getKey(), each.getValue(), shown);
        Optional<String> twice = twice(account, seen, each.getKey(), other);
        if (twice.isPresent()) {
          return twice;
        }
      }
    }
    return Optional.empty();
  }

  /** What comes of a renewal has the owner that it had: nobody logged in. */
  public Optional<String> ofRenewal(String account, TokenClaims claims) throws SQLException {
    AccountOwner known = owners.of(account);
    boolean otherCompany = differ(known.company(), claims.company());
    boolean otherPerson = differ(known.subject(), claims.subject());
    if (!otherCompany && !otherPerson) {
      return Optional.empty();
    }
    return Optional.of(
        "Tiny renewed the authorisation of account %s with one of %s; the account is that of %s. It"
                .formatted(account, AccountOwner.of(claims, null).text(), known.text())
            + " was not taken, nothing was read with it: ./ordem connect --account "
            + account);
  }

  /** Notes whose a token is where nothing is known yet. */
  public void learn(String account, TokenClaims claims) throws SQLException {
    if (!claims.isEmpty()) {
      AccountOwner known = owners.of(account);
      if (known.company() == null && known.subject() == null) {
        owners.save(account, AccountOwner.of(claims, null));
      }
    }
  }

  private static boolean differ(@Nullable String one, @Nullable String other) {
    return one != null && other != null && !one.equals(other);
  }

  private static Optional<String> changed(String account, AccountOwner known, AccountOwner seen) {
    if (known.isUnknown()) {
      return Optional.empty();
    }
    Match match = known.match(seen);
    String who =
        "account %s holds the orders of %s; this authorisation is of %s."
            .formatted(account, known.text(), seen.text());
    String otherwise =
        " Nothing was changed. Connect it under another name: ./ordem connect --account NAME."
            + CONFIRM.formatted(account);
    if (match == Match.OTHER) {
      return Optional.of("Another company: " + who + otherwise);
    }
    boolean doubt = match == Match.UNCLEAR && differ(known.subject(), seen.subject());
    return doubt ? Optional.of("Perhaps another company: " + who + otherwise) : Optional.empty();
  }

  private static Optional<String> twice(
      String account, AccountOwner seen, String name, AccountOwner other) {
    Match match = other.match(seen);
    if (match == Match.OTHER || (match == Match.UNCLEAR && !other.samePerson(seen))) {
      return Optional.empty();
    }
    String what = match == Match.SAME ? "The same company: " : "Perhaps the same company: ";
    return Optional.of(
        what
            + "this authorisation is of %s, as account %s is (%s). Nothing was changed: two names"
                .formatted(seen.text(), name, other.text())
            + " would use one quota twice and store every order twice. Authorise as somebody of"
            + " the other company."
            + CONFIRM.formatted(account));
  }
}
