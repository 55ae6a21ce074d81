package dev.ordem.tiny.account;

import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.application.ApplicationStore;
import dev.ordem.tiny.account.application.Secrets;
import dev.ordem.tiny.account.owner.AccountSample;
import dev.ordem.tiny.account.owner.OwnerCheck;
import dev.ordem.tiny.account.owner.OwnerProof;
import dev.ordem.tiny.account.owner.OwnerStore;
import dev.ordem.tiny.account.owner.SampleReading;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Leases;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.PermitReleaseQueue;
import dev.ordem.tiny.quota.Quota;
import dev.ordem.tiny.quota.QuotaLimits;
import dev.ordem.tiny.quota.QuotaStore;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts of this installation: their tokens, their quota. Thread safe. */
public final class Accounts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Accounts.class);
  private static final Duration DATABASE_AWAY = Duration.ofSeconds(5);

  /** A person waits at a browser. */
  private static final Duration SAMPLE_WAIT = Duration.ofSeconds(15);

  private static final Duration LEAST = Duration.ofMillis(20);

  /** Before a sample that failed is asked for again. */
  private static final Duration SAMPLE_PAUSE = Duration.ofMillis(1100);

  private static final int SAMPLE_ATTEMPTS = 2;

  private final AccountSettings settings;
  private final DataSource dataSource;
  private final Time time;
  private final MeterRegistry meters;
  private final AccountSample.Reader sample;
  private final ReentrantLock starting = new ReentrantLock();
  private volatile @Nullable Parts parts;

  /** What exists once started. */
  record Parts(
      TokenStore tokenStore,
      TokenEndpoint endpoint,
      Tokens tokens,
      Quota quota,
      QuotaStore quotaStore,
      Leases leases,
      PermitReleaseQueue releases,
      Authorisations authorisations,
      ApplicationStore applications,
      OwnerStore owners,
      OwnerCheck ownerCheck,
      AccountList list,
      AccountMeters seen,
      TokenRefresher keeper) {}

  /**
   * Does no I/O; the caller keeps and closes {@code dataSource}.
   *
   * @param sample reads what an account shows, to tell whose it is
   */
  public Accounts(
      AccountSettings settings,
      DataSource dataSource,
      Time time,
      MeterRegistry meters,
      AccountSample.Reader sample) {
    this.settings = settings;
    this.sample = sample;
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
      configure(made);
      for (String account : made.tokenStore().all()) {
        made.quotaStore().configure(account, limits(made, account));
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

  /** The variables describe one account; the others are as they were connected. */
  private void configure(Parts made) throws SQLException {
    Application application = settings.application();
    if (application == null) {
      return;
    }
    String account = settings.account();
    boolean imported = made.tokenStore().importConfigured(account, settings.refreshToken());
    if (imported) {
      log.info("Account {} starts with the refresh token of the configuration", account);
    }
    made.applications().configure(account, application, imported);
    made.applications().adopt(application);
  }

  QuotaLimits limits(Parts made, String account) throws SQLException {
    return settings.describe(account)
        ? settings.limits()
        : made.applications().terms(account).limits(settings.limits().window());
  }

  private Parts assemble() {
    Secrets secrets = Secrets.of(settings.secretKeys());
    TokenStore tokenStore = new TokenStore(dataSource, secrets);
    TokenEndpoint endpoint = new TokenEndpoint(settings);
    ApplicationStore applications = new ApplicationStore(dataSource, secrets);
    OwnerStore owners = new OwnerStore(dataSource, settings.identity().api());
    OwnerCheck ownerCheck = new OwnerCheck(owners);
    Tokens tokens =
        new Tokens(
            new Tokens.Sources(
                tokenStore,
                new RenewalClaims(dataSource, tokenStore, secrets),
                applications,
                endpoint,
                ownerCheck,
                new OwnerProof(ownerCheck, owners, this::sample)),
            settings.clientId().isEmpty() ? "" : settings.account(),
            time,
            settings.permitWait(),
            meters);
    QuotaStore quotaStore = new QuotaStore(dataSource);
    Leases leases = new Leases(quotaStore, time, settings.callTimeout());
    AccountList list = new AccountList(dataSource);
    AccountMeters seen = new AccountMeters(list, time, meters);
    return new Parts(
        tokenStore,
        endpoint,
        tokens,
        new Quota(quotaStore, leases, settings.permitWait(), time, meters),
        quotaStore,
        leases,
        new PermitReleaseQueue(quotaStore, time),
        new Authorisations(dataSource, secrets, endpoint, new SecureRandom()),
        applications,
        owners,
        ownerCheck,
        list,
        seen,
        new TokenRefresher(tokenStore, tokens, seen, time.clock()));
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
      return new Permit.Refused(time.in(DATABASE_AWAY), WaitReason.OUTAGE);
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
    if (permit.id() != Permit.UNCOUNTED) {
      made.releases().give(permit, feedback);
    } else if (made.quota().isNews(permit.account(), feedback)) {
      made.releases().give(permit, feedback);
      made.quota().lookAgain(permit.account());
    }
  }

  /** How tokens and permits are looked after; asks no database; from any thread. */
  public TokenRefresher.Health upkeep() {
    Parts made = parts;
    if (made == null) {
      return new TokenRefresher.Health(true, null, Duration.ZERO);
    }
    TokenRefresher.Health upkeep = made.keeper().upkeep();
    Optional<Throwable> death = made.leases().failure().or(made.releases()::failure);
    if (death.isPresent()) {
      return new TokenRefresher.Health(
          false, "a thread that looks after permits was ended by " + death.get(), upkeep.age());
    }
    return made.tokens()
        .failure()
        .map(e -> new TokenRefresher.Health(false, "a renewal was ended by " + e, upkeep.age()))
        .orElse(upkeep);
  }

  /** Every account, by name. */
  public List<AccountState> list() {
    return started().list().all();
  }

  /**
   * Names of all accounts, in order: cheaper than {@link #list}, for those who ask all the time.
   */
  public List<String> names() {
    try {
      return started().tokenStore().all();
    } catch (SQLException e) {
      throw new IllegalStateException("The accounts cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * What the thread that looks after accounts saw last, without a question to the database; null:
   * it has not looked yet.
   */
  public @Nullable List<AccountState> lastSeen() {
    Parts made = parts;
    return made == null ? null : made.seen().states();
  }

  /** Whether the variables describe this account. */
  public boolean describes(String account) {
    return settings.describe(account);
  }

  /** Connecting accounts. */
  public Connections connections() {
    return new Connections(settings, this, started());
  }

  /**
   * Forgets the tokens and the secret of an account. Its orders, and whose it is, stay.
   *
   * @return whether there was such an account
   */
  public boolean disconnect(String account) {
    try {
      boolean was = started().tokenStore().delete(account);
      started().tokens().forget(account);
      return was;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Account " + account + " cannot be disconnected: " + e.getMessage(), e);
    }
  }

  /**
   * What an account shows with this token. Each call takes a permit of its own.
   *
   * @param quotaOf in whose quota the calls count
   */
  SampleReading sample(String quotaOf, String accessToken) throws InterruptedException {
    return sample(quotaOf, accessToken, SAMPLE_WAIT);
  }

  /** The same with another wait for a permit. */
  SampleReading sample(String quotaOf, String accessToken, Duration wait)
      throws InterruptedException {
    Instant end = time.in(wait);
    return sample(() -> counted(quotaOf, accessToken, end));
  }

  /**
   * What an account shows of which nothing is known, not even a quota.
   *
   * @param taught is told of each call, which is to be counted
   */
  SampleReading sample(String accessToken, Consumer<Feedback> taught) throws InterruptedException {
    return sample(
        () -> {
          AccountSample.Attempt came = sample.read(accessToken, () -> true);
          taught.accept(came.taught());
          return came;
        });
  }

  private SampleReading sample(SampleCall call) throws InterruptedException {
    AccountSample.Attempt came = call.make();
    for (int made = 1; came.again() && made < SAMPLE_ATTEMPTS; made++) {
      time.pause().sleep(SAMPLE_PAUSE);
      came = call.make();
    }
    return came.reading();
  }

  private AccountSample.Attempt counted(String quotaOf, String accessToken, Instant end)
      throws InterruptedException {
    Permit permit = permit(quotaOf, "list", 0);
    while (permit instanceof Permit.Refused refused && !refused.until().isAfter(end)) {
      Duration pause = Duration.between(time.clock().instant(), refused.until());
      time.pause().sleep(pause.compareTo(LEAST) < 0 ? LEAST : pause);
      permit = permit(quotaOf, "list", 0);
    }
    Feedback taught = Feedback.of(Feedback.End.UNKNOWN);
    if (permit instanceof Permit.Refused refused) {
      String why = "no call of account " + quotaOf + " is let through before " + refused.until();
      return new AccountSample.Attempt(new SampleReading.Unreadable(why), taught, false);
    }
    Permit.Granted granted = (Permit.Granted) permit;
    try {
      AccountSample.Attempt came = sample.read(accessToken, () -> mayLeave(granted));
      taught = came.taught();
      return came;
    } finally {
      release(granted, taught);
    }
  }

  private Access guarded(String account, Work work) throws InterruptedException {
    try {
      return work.run();
    } catch (SQLException e) {
      log.warn("No token for account {}: {}", account, e.getMessage());
      return new Access.Refused(time.in(DATABASE_AWAY), WaitReason.OUTAGE);
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

  private interface SampleCall {
    AccountSample.Attempt make() throws InterruptedException;
  }

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
