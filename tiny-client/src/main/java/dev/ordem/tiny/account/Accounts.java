package dev.ordem.tiny.account;

import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Leases;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.PermitReleaseQueue;
import dev.ordem.tiny.quota.Quota;
import dev.ordem.tiny.quota.QuotaStore;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of this installation: their tokens, their quota. Thread safe. */
public final class Accounts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Accounts.class);
  private static final Duration DATABASE_AWAY = Duration.ofSeconds(5);

  private final AccountSettings settings;
  private final DataSource dataSource;
  private final Time time;
  private final MeterRegistry meters;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable Parts parts;

  /** What exists once started. */
  private record Parts(
      TokenStore tokenStore,
      TokenEndpoint endpoint,
      Tokens tokens,
      Quota quota,
      QuotaStore quotaStore,
      Leases leases,
      PermitReleaseQueue releases,
      Authorisations authorisations,
      AccountList list,
      TokenRefresher keeper) {}

  /** Does no I/O; the caller keeps and closes {@code dataSource}. */
  public Accounts(
      AccountSettings settings, DataSource dataSource, Time time, MeterRegistry meters) {
    this.settings = settings;
    this.dataSource = dataSource;
    this.time = time;
    this.meters = meters;
  }

  /**
   * Migrates the tables, stores the configured account and begins to look after tokens.
   *
   * @throws IllegalStateException if the database does not let it
   */
  public void start() {
    starting.lock();
    try {
      if (parts != null) {
        return;
      }
      Migrations.run(dataSource);
      Parts made = assemble();
      if (made.tokenStore().importConfigured(settings.account(), settings.refreshToken())) {
        log.info(
            "Account {} starts with the refresh token of the configuration", settings.account());
      }
      for (String account : made.tokenStore().all()) {
        made.quotaStore().configure(account, settings.limits());
      }
      made.leases().start();
      made.releases().start();
      made.keeper().start();
      parts = made;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "The Tiny accounts cannot be stored in Postgres (POSTGRES_URL): " + e.getMessage(), e);
    } finally {
      starting.unlock();
    }
  }

  private Parts assemble() {
    Secrets secrets = Secrets.of(settings.secretKeys());
    TokenStore tokenStore = new TokenStore(dataSource, secrets);
    TokenEndpoint endpoint = new TokenEndpoint(settings);
    Tokens tokens = new Tokens(tokenStore, endpoint, time, settings.permitWait(), meters);
    QuotaStore quotaStore = new QuotaStore(dataSource);
    Leases leases = new Leases(quotaStore, time, settings.callTimeout());
    AccountList list = new AccountList(dataSource);
    return new Parts(
        tokenStore,
        endpoint,
        tokens,
        new Quota(
            quotaStore,
            leases,
            new Quota.Settings(settings.limits(), settings.permitWait()),
            time,
            meters),
        quotaStore,
        leases,
        new PermitReleaseQueue(quotaStore, time),
        new Authorisations(dataSource, secrets, endpoint, new SecureRandom()),
        list,
        new TokenRefresher(
            tokenStore, tokens, new AccountMeters(list, time.clock(), meters), time.clock()));
  }

  /** The account's token. */
  public Access access(String account) throws InterruptedException {
    return guarded(account, () -> started().tokens().access(account));
  }

  /** A token in the place of one that Tiny refused. */
  public Access replacement(String account, Access.Token refused) throws InterruptedException {
    return guarded(account, () -> started().tokens().replacement(account, refused));
  }

  /**
   * A permit for one call.
   *
   * @param kind who waits, as {@code Priority} numbers it
   */
  public Permit permit(String account, String endpoint, int kind) throws InterruptedException {
    try {
      return started().quota().take(account, endpoint, kind);
    } catch (SQLException e) {
      log.warn("No permit for account {}: {}", account, e.getMessage());
      return new Permit.Refused(time.in(DATABASE_AWAY), "outage");
    }
  }

  /** Whether a request that leaves now arrives while its permit holds. */
  public boolean mayLeave(Permit.Granted permit) {
    return started().leases().mayLeave(permit);
  }

  /** Gives a permit back. */
  public void release(Permit.Granted permit, Feedback feedback) {
    Parts made = started();
    made.leases().end(permit);
    if (permit.lease() != Quota.NO_LEASE) {
      made.releases().give(permit, feedback);
    } else if (made.quota().isNews(permit.account(), feedback)) {
      made.releases().give(permit, feedback);
      made.quota().lookAgain(permit.account());
    }
  }

  /**
   * How tokens and permits are looked after, without a question to the database; from any thread.
   */
  public TokenRefreshHealth upkeep() {
    Parts made = parts;
    if (made == null) {
      return new TokenRefreshHealth(true, null, Duration.ZERO);
    }
    TokenRefreshHealth upkeep = made.keeper().upkeep();
    Throwable death =
        made.releases().death() == null ? made.leases().death() : made.releases().death();
    return death == null
        ? upkeep
        : new TokenRefreshHealth(
            false, "a thread that looks after permits was ended by " + death, upkeep.age());
  }

  /** Every account, by name. */
  public List<AccountState> list() {
    try {
      return started().list().read();
    } catch (SQLException e) {
      throw new IllegalStateException("The accounts cannot be read: " + e.getMessage(), e);
    }
  }

  /** Begins to connect an account; the address is for the browser. */
  public URI begin(String account, URI redirectUri) {
    try {
      return started().authorisations().begin(account, redirectUri);
    } catch (SQLException | GeneralSecurityException e) {
      throw new IllegalStateException("Account " + account + " cannot be connected", e);
    }
  }

  /** Ends what {@link #begin} began. */
  public AuthorisationResult complete(String state, String code) {
    try {
      Optional<Authorisations.Begun> begun = started().authorisations().take(state);
      return begun.isEmpty() ? new AuthorisationResult.UnknownState() : connect(begun.get(), code);
    } catch (SQLException | GeneralSecurityException e) {
      log.warn("An account could not be connected", e);
      return new AuthorisationResult.Failed("POST token: the database failed: " + e.getMessage());
    }
  }

  private AuthorisationResult connect(Authorisations.Begun begun, String code) throws SQLException {
    TokenAnswer answer = started().endpoint().exchange(code, begun.verifier(), begun.redirectUri());
    if (answer instanceof TokenAnswer.Pair pair) {
      started().tokenStore().connect(begun.account(), pair);
      started().quotaStore().configure(begun.account(), settings.limits());
      started().tokens().forget(begun.account());
      return new AuthorisationResult.Done(begun.account());
    }
    return answer instanceof TokenAnswer.Unclear unclear
        ? new AuthorisationResult.Failed("POST token: " + unclear.message())
        : new AuthorisationResult.Refused("POST token: " + answer);
  }

  private Access guarded(String account, Work work) throws InterruptedException {
    try {
      return work.run();
    } catch (SQLException e) {
      log.warn("No token for account {}: {}", account, e.getMessage());
      return new Access.Refused(time.in(DATABASE_AWAY), "outage");
    } catch (GeneralSecurityException e) { // says no more than: decryption failed
      log.error(
          "The stored token of account {} cannot be decrypted: add the key it was encrypted with to"
              + " ORDEM_SECRET_KEY, after a comma, or connect the account again",
          account);
      return started().tokens().leaveAlone(account);
    }
  }

  private Parts started() {
    Parts made = parts;
    if (made == null) {
      throw new IllegalStateException("start() comes first");
    }
    return made;
  }

  @FunctionalInterface
  private interface Work {
    Access run() throws InterruptedException, SQLException, GeneralSecurityException;
  }

  @Override
  public void close() {
    Parts made = parts;
    if (made != null) {
      made.keeper().close();
      made.tokens().close();
      made.releases().close();
      made.leases().close();
      made.endpoint().close();
    }
  }
}
