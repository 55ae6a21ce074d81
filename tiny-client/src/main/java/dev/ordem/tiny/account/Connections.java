package dev.ordem.tiny.account;

import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.owner.AccountOwner;
import dev.ordem.tiny.account.owner.AccountProblem;
import dev.ordem.tiny.account.owner.SampleReading;
import dev.ordem.tiny.account.owner.TokenClaims;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Permit;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connecting accounts: a person authorises an application of the account, and what comes of it is
 * taken only if the company is the right one. Until then nothing that was there is touched. Thread
 * safe.
 */
public final class Connections {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** A person waits at a browser, for each of them. */
  private static final Duration OTHERS_WAIT = Duration.ofSeconds(2);

  private final AccountSettings settings;
  private final Accounts accounts;
  private final Accounts.Parts made;

  Connections(AccountSettings settings, Accounts accounts, Accounts.Parts made) {
    this.settings = settings;
    this.accounts = accounts;
    this.made = made;
  }

  /**
   * Begins to connect an account; the address is for the browser.
   *
   * @throws IllegalArgumentException if there is no application to authorise, or another than the
   *     variables say
   */
  public URI begin(ConnectRequest request, URI redirectUri) {
    String account = request.account();
    try {
      Application application = request.application();
      if (application == null) {
        application = application(account);
      } else if (settings.describe(account) && !application.equals(settings.application())) {
        throw new IllegalArgumentException(
            "account %s is described by TINY_CLIENT_ID and TINY_CLIENT_SECRET: set those, or choose"
                    .formatted(account)
                + " another name");
      }
      if (application == null) {
        throw new IllegalArgumentException(
            "account %s has no application yet: give --client-id and the secret of one that was"
                    .formatted(account)
                + " made inside of that Tiny account");
      }
      return made.authorisations().begin(request, application.clientId(), redirectUri);
    } catch (SQLException | GeneralSecurityException e) {
      throw new IllegalStateException("Account " + account + " cannot be connected", e);
    }
  }

  /** Ends what {@link #begin} began. */
  public AuthorisationResult complete(String state, String code) {
    try {
      Optional<Authorisations.Begun> begun = made.authorisations().take(state);
      return begun.isEmpty() ? new AuthorisationResult.UnknownState() : connect(begun.get(), code);
    } catch (SQLException | GeneralSecurityException e) {
      log.warn("An account could not be connected", e);
      return failed("POST token: the database failed; the log says why");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("Ordem is being stopped");
    }
  }

  private static AuthorisationResult failed(String why) {
    return new AuthorisationResult.Failed(AccountProblem.of(why));
  }

  private AuthorisationResult connect(Authorisations.Begun begun, String code)
      throws SQLException, GeneralSecurityException, InterruptedException {
    Application application = begun.request().application();
    if (application == null) {
      application = application(begun.account());
    }
    if (application == null) {
      return failed("account " + begun.account() + " was disconnected");
    }
    TokenAnswer answer = made.endpoint().exchange(begun, application, code);
    if (answer instanceof TokenAnswer.Pair pair) {
      return connect(begun.request(), application, pair);
    }
    if (answer instanceof TokenAnswer.WrongClient) {
      boolean configured = settings.describe(begun.account());
      return new AuthorisationResult.Refused(
          TokenProblems.notRenewed(begun.account(), answer, configured));
    }
    if (answer instanceof TokenAnswer.Dead dead) {
      return new AuthorisationResult.Refused(
          new AccountProblem("POST token: " + dead.message(), dead.said()));
    }
    return answer instanceof TokenAnswer.Unclear unclear
        ? new AuthorisationResult.Failed(
            new AccountProblem("POST token: " + unclear.message(), unclear.said()))
        : failed("POST token: " + answer);
  }

  private AuthorisationResult connect(
      ConnectRequest request, Application application, TokenAnswer.Pair pair)
      throws SQLException, InterruptedException {
    String account = request.account();
    learnWhatOthersShow();
    String quotaOf = quotaOf(account, application, pair.claims());
    List<Feedback> uncounted = new ArrayList<>();
    SampleReading reading =
        quotaOf == null
            ? accounts.sample(pair.accessToken(), uncounted::add)
            : accounts.sample(quotaOf, pair.accessToken());
    AuthorisationResult result =
        made.owners().alone(() -> judge(request, application, pair, reading));
    if (result instanceof AuthorisationResult.Done) {
      for (Feedback taught : uncounted) {
        count(account, taught);
      }
    }
    return result;
  }

  /** Takes the authorisation if the company is the right one. */
  private AuthorisationResult judge(
      ConnectRequest request, Application application, TokenAnswer.Pair pair, SampleReading reading)
      throws SQLException {
    String account = request.account();
    Optional<AccountProblem> refusal = made.ownerCheck().refusal(account, pair.claims(), reading);
    if (refusal.isPresent() && !request.confirmed()) {
      return new AuthorisationResult.WrongCompany(refusal.get());
    }
    if (refusal.isPresent()) {
      log.warn("Account {}, confirmed by a person: {}", account, refusal.get().whole());
      made.owners().forget(account);
    }
    made.tokenStore().connect(account, pair);
    made.applications().save(account, application);
    made.applications().say(account, request.terms());
    made.owners().save(account, AccountOwner.of(pair.claims(), reading.sample()));
    made.quotaStore().configure(account, accounts.limits(made, account));
    made.tokens().forget(account);
    return new AuthorisationResult.Done(account);
  }

  /**
   * An authorisation can be told from those that are here only by what these show: one that came by
   * {@code TINY_REFRESH_TOKEN}, or showed no order then, is asked now, with one call of its own.
   */
  private void learnWhatOthersShow() throws SQLException, InterruptedException {
    for (Map.Entry<String, AccountOwner> each : made.owners().all().entrySet()) {
      AccountOwner known = each.getValue();
      if (!known.sample().isEmpty()) {
        continue;
      }
      if (accounts.access(each.getKey()) instanceof Access.Token token) {
        SampleReading reading = accounts.sample(each.getKey(), token.value(), OTHERS_WAIT);
        if (reading.sample() != null) {
          made.owners().save(each.getKey(), AccountOwner.of(TokenClaims.NONE, reading.sample()));
        }
      }
    }
  }

  private @Nullable Application application(String account)
      throws SQLException, GeneralSecurityException {
    return settings.describe(account) ? settings.application() : made.applications().of(account);
  }

  /**
   * In whose quota a call counts with an authorisation that is just given: the account's own, or
   * that of one which may be the same company. Null: it may be any company.
   */
  private @Nullable String quotaOf(String account, Application application, TokenClaims claims)
      throws SQLException {
    List<AccountState> known = made.list().read();
    if (known.stream().anyMatch(state -> state.account().equals(account))) {
      return account;
    }
    for (AccountState state : known) {
      boolean sameApplication = application.clientId().equals(state.facts().clientId());
      if (sameApplication || state.facts().owner().samePerson(AccountOwner.of(claims, null))) {
        return state.account();
      }
    }
    return null;
  }

  /** A call that told whose a new account is was made before there was a quota to count it. */
  private void count(String account, Feedback taught) throws InterruptedException {
    if (accounts.permit(account, "list", 0) instanceof Permit.Granted granted) {
      accounts.release(granted, taught);
    }
  }
}
