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
  /** Of whose orders some are here, perhaps not yet the oldest. */
  private static final String COMING_BACK =
      " If Postgres was lost, and orders are only just coming back out of Kafka, wait a minute and"
          + " connect it again.";

  private static final String CONFIRM =
      " If that is what you want, ./ordem connect --account %s --confirm-company takes it.";

  private final OwnerStore owners;

  public OwnerCheck(OwnerStore owners) {
    this.owners = owners;
  }

  /** An authorisation that is judged. */
  private record Judged(String account, AccountOwner seen, SampleReading reading) {
    boolean unreadable() {
      return reading instanceof SampleReading.Unreadable;
    }

    /** What it may be of, where that cannot be told. */
    String unread(String doubt) {
      String why = reading instanceof SampleReading.Unreadable unreadable ? unreadable.why() : "";
      return "Whose this authorisation is could not be read (%s): %s".formatted(why, doubt);
    }

    String again() {
      return " Nothing was changed. Wait a minute and connect it again: ./ordem connect --account "
          + account
          + "."
          + CONFIRM.formatted(account);
    }
  }

  /**
   * Judges a new authorisation.
   *
   * @param reading what the account shows with it
   * @return why not, with what to do; empty: it may be taken
   */
  public Optional<AccountProblem> refusal(String account, TokenClaims claims, SampleReading reading)
      throws SQLException {
    Judged judged = new Judged(account, AccountOwner.of(claims, reading.sample()), reading);
    Optional<AccountProblem> changed = changed(judged);
    if (changed.isPresent()) {
      return changed;
    }
    for (Map.Entry<String, AccountOwner> each : owners.all().entrySet()) {
      if (!each.getKey().equals(account)) {
        AccountOwner other = owners.withStored(each.getKey(), each.getValue(), reading.sample());
        Optional<AccountProblem> twice = twice(judged, each.getKey(), other);
        if (twice.isPresent()) {
          return twice;
        }
      }
    }
    return Optional.empty();
  }

  /** What comes of a renewal has the owner that it had: nobody logged in. */
  public Optional<AccountProblem> ofRenewal(String account, TokenClaims claims)
      throws SQLException {
    AccountOwner known = owners.of(account);
    boolean otherCompany = differ(known.company(), claims.company());
    boolean otherPerson = differ(known.subject(), claims.subject());
    if (!otherCompany && !otherPerson) {
      return Optional.empty();
    }
    return Optional.of(
        new AccountProblem(
            "Tiny renewed the authorisation of account %s with one of another %s. It was not taken,"
                    .formatted(account, otherCompany ? "company" : "person")
                + " nothing was read with it: ./ordem connect --account "
                + account,
            "the account is that of %s, the new one of %s"
                .formatted(known.text(), AccountOwner.of(claims, null).text())));
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

  /** An account of which nothing is known and nothing is held may be anybody's. */
  private Optional<AccountProblem> changed(Judged judged) throws SQLException {
    String account = judged.account();
    AccountOwner noted = owners.of(account);
    boolean holds = owners.holdsOrders(account);
    if (noted.isUnknown() && !holds) {
      return Optional.empty();
    }
    AccountOwner known = owners.withStored(account, noted, judged.reading().sample());
    Match match = known.match(judged.seen());
    // With nothing of anybody's here that could be mixed, the same person is believed.
    boolean believed = known.samePerson(judged.seen()) && !holds && !judged.unreadable();
    if (match == Match.SAME || (match == Match.UNCLEAR && believed)) {
      return Optional.empty();
    }
    String who =
        "account %s holds the orders of %s; this authorisation is of %s"
            .formatted(account, known.text(), judged.seen().text());
    if (match == Match.UNCLEAR && judged.unreadable()) {
      String doubt = "it may be another company's than account %s is of.".formatted(account);
      return Optional.of(new AccountProblem(judged.unread(doubt) + judged.again(), who));
    }
    return Optional.of(
        new AccountProblem(
            anotherCompany(match, account) + (noted.isUnknown() ? COMING_BACK : ""), who));
  }

  private static String anotherCompany(Match match, String account) {
    String what =
        match == Match.OTHER
            ? "Another company: account %s holds the orders of another one than this authorisation"
                + " is of."
            : "Perhaps another company: nothing tells whether account %s is of the company that this"
                + " authorisation is of.";
    return what.formatted(account)
        + " Nothing was changed. Connect it under another name: ./ordem connect --account NAME."
        + CONFIRM.formatted(account);
  }

  private static Optional<AccountProblem> twice(Judged judged, String name, AccountOwner other) {
    Match match = other.match(judged.seen());
    if (match == Match.OTHER) {
      return Optional.empty();
    }
    String who =
        "this authorisation is of %s, account %s of %s"
            .formatted(judged.seen().text(), name, other.text());
    if (match == Match.UNCLEAR && judged.unreadable()) {
      String doubt = "it may be of the same company as account %s.".formatted(name);
      return Optional.of(new AccountProblem(judged.unread(doubt) + judged.again(), who));
    }
    String what =
        match == Match.SAME
            ? "The same company: this authorisation is of the one that account %s is of."
            : "Perhaps the same company: nothing tells this authorisation's from that of account"
                + " %s.";
    return Optional.of(
        new AccountProblem(
            what.formatted(name)
                + " Nothing was changed: two names would use one quota twice and store every order"
                + " twice. Authorise as somebody of the other company."
                + CONFIRM.formatted(judged.account()),
            who));
  }
}
