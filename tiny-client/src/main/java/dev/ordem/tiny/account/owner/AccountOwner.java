package dev.ordem.tiny.account.owner;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose an authorisation is: what its tokens say, and what the account showed.
 *
 * @param company where the tokens name one
 * @param subject the person who authorised it, as Keycloak numbers people
 * @param username that person's name at login
 * @param email that person's e-mail
 * @param orders how many orders the account showed; null: not read
 * @param sample the oldest of them, as {@link AccountSample.Order#key}
 */
public record AccountOwner(
    @Nullable String company,
    @Nullable String subject,
    @Nullable String username,
    @Nullable String email,
    @Nullable Long orders,
    List<String> sample) {
  public static final AccountOwner UNKNOWN =
      new AccountOwner(null, null, null, null, null, List.of());

  /** Copies the list. */
  public AccountOwner {
    sample = List.copyOf(sample);
  }

  /** What a comparison of two authorisations says of their companies. */
  public enum Match {
    SAME,
    OTHER,
    /** Nothing that tells companies apart is known of both. */
    UNCLEAR
  }

  public static AccountOwner of(TokenClaims claims, @Nullable AccountSample sample) {
    return new AccountOwner(
        claims.company(),
        claims.subject(),
        claims.username(),
        claims.email(),
        sample == null ? null : sample.total(),
        sample == null ? List.of() : sample.keys());
  }

  /**
   * Compares companies. A claim that names them decides. Else what the accounts show does: one
   * person may serve two companies, and two persons one, so a subject proves neither. One that had
   * orders and shows none now is another; one that had none may have got its first since.
   *
   * @param now an authorisation that came later than this was noted
   */
  public Match match(AccountOwner now) {
    if (company != null && now.company != null) {
      return company.equals(now.company) ? Match.SAME : Match.OTHER;
    }
    if (!sample.isEmpty() && !now.sample.isEmpty()) {
      return Collections.disjoint(sample, now.sample) ? Match.OTHER : Match.SAME;
    }
    return now.showsNothing() && !sample.isEmpty() ? Match.OTHER : Match.UNCLEAR;
  }

  /** Whether both were authorised by the same person, as far as is known. */
  public boolean samePerson(AccountOwner other) {
    return subject != null && subject.equals(other.subject);
  }

  /** Whether nothing at all is known. */
  public boolean isUnknown() {
    return company == null && subject == null && orders == null && sample.isEmpty();
  }

  private boolean showsNothing() {
    return orders != null && orders == 0;
  }

  /** For people. */
  public String text() {
    String person =
        Stream.of(username, email)
            .filter(each -> each != null && !each.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    String who =
        Stream.of(
                company == null ? "" : "company " + company,
                person.isEmpty() ? (subject == null ? "" : "person " + subject) : person)
            .filter(each -> !each.isEmpty())
            .collect(Collectors.joining(", "));
    String shown = orders == null ? "" : orders + (orders == 1 ? " order" : " orders");
    String all =
        Stream.of(who, shown).filter(each -> !each.isEmpty()).collect(Collectors.joining(", "));
    return all.isEmpty() ? "not known" : all;
  }
}
