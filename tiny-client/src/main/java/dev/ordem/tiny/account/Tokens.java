package dev.ordem.tiny.account;

import dev.ordem.runtime.Workers;
import dev.ordem.tiny.account.application.Application;
import dev.ordem.tiny.account.application.ApplicationStore;
import dev.ordem.tiny.account.owner.AccountProblem;
import dev.ordem.tiny.account.owner.OwnerCheck;
import dev.ordem.tiny.account.owner.OwnerProof;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each account's access token, and renews it: in this process one thread at a time per
 * account, among processes whoever marks the row first.
 */
final class Tokens implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /** Long enough for the call to Tiny and for storing what it brought on a database in trouble. */
  static final Duration LEASE = TokenEndpoint.TIMEOUT.plusSeconds(40);

  private static final Duration STORE_PAUSE = Duration.ofMillis(500);

  /** A version that no row has. */
  private static final long NONE = -1;

  private static final Duration RECHECK = Duration.ofSeconds(5);
  private static final Duration PERSON_NEEDED = Duration.ofSeconds(15);
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration LAST_MOMENT = Duration.ofSeconds(6);

  /** Between two attempts at a renewal, at most. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private static final IntervalFunction WAITS =
      IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(2), 2, LONGEST_WAIT);

  /** More accounts than those that ever renew at once; others wait. */
  private static final int MOST_RENEWALS = 128;

  /** No longer than this is a token believed in that another process may have replaced. */
  private static final Duration BELIEVED = Duration.ofSeconds(10);

  private final TokenStore store;
  private final Sources sources;
  private final Time time;
  private final Clock steady;
  private final Duration patience;
  private final Counter failures;
  private final Workers renewals = new Workers("tiny-token-renewal", MOST_RENEWALS, LAST_MOMENT);
  private final String configured;
  private final AtomicInteger troubles = new AtomicInteger();
  private final Map<String, Cached> cache = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** How often in a row an account could not be looked at whose authorisation is not proved. */
  private final Map<String, Integer> unread = new ConcurrentHashMap<>();

  private final Map<String, LeftAlone> leftAlone = new ConcurrentHashMap<>();

  /** What is known in memory: believed until {@code lookAgain}, on the clock that is never set. */
  private record Cached(Access access, Instant lookAgain) {}

  /**
   * A token that Tiny refused right after a renewal: another would not help, until a person gives
   * the account a new one, or {@code until}, on the clock that is never set.
   */
  private record LeftAlone(long version, Instant until) {}

  /** What tokens are made of. */
  record Sources(
      TokenStore store,
      RenewalClaims claims,
      ApplicationStore applications,
      TokenEndpoint endpoint,
      OwnerCheck owners,
      OwnerProof proof) {}

  /**
   * Does no I/O.
   *
   * @param configured which account the variables describe; empty: none
   * @param patience longest wait for a renewal that another thread makes
   */
  Tokens(Sources sources, String configured, Time time, Duration patience, MeterRegistry meters) {
    this.configured = configured;
    this.store = sources.store();
    this.sources = sources;
    this.time = time;
    this.steady = time.steady();
    this.patience = patience;
    this.failures = meters.counter("ordem.token.failures");
  }

  /** The account's token, renewed if it has expired. */
  Access access(String account)
      throws InterruptedException, SQLException, GeneralSecurityException {
    Cached cached = cache.get(account);
    Instant now = steady.instant();
    if (cached != null && now.isBefore(cached.lookAgain())) {
      return cached.access() instanceof Access.Refused refused
          ? refused(refused.reason(), Duration.between(now, cached.lookAgain()))
          : cached.access();
    }
    return locked(account, () -> load(account));
  }

  /** A token in the place of {@code refused}, which Tiny answered with 401. */
  Access replacement(String account, Access.Token refused)
      throws InterruptedException, SQLException, GeneralSecurityException {
    cache.remove(account);
    return locked(
        account,
        () -> {
          Optional<TokenStore.Row> row = store.read(account);
          if (row.isEmpty() || row.get().version() != refused.version()) {
            return load(account);
          }
          double since = row.get().sinceRefusal();
          if (since < 0 || since >= FRESH.toSeconds()) {
            return renew(account, refused.version(), true);
          }
          leftAlone.put(account, new LeftAlone(refused.version(), steady.instant().plus(FRESH)));
          return keep(account, WaitReason.AUTHORISATION, RECHECK);
        });
  }

  /**
   * Renews if it is time, whoever works or not: keeps the refresh token of an idle system alive.
   */
  void keepAlive(String account)
      throws InterruptedException, SQLException, GeneralSecurityException {
    Optional<TokenStore.Row> row = store.read(account);
    if (row.isPresent() && row.get().due() <= 0) {
      locked(account, () -> renew(account, row.get().version(), false));
    }
  }

  /** What is stored cannot be decrypted: renewing would not help. */
  Access leaveAlone(String account) {
    return keep(account, WaitReason.AUTHORISATION, PERSON_NEEDED);
  }

  /** Forgets what is in memory. */
  void forget(String account) {
    cache.remove(account);
  }

  private Access load(String account)
      throws InterruptedException, SQLException, GeneralSecurityException {
    Optional<TokenStore.Row> row = store.read(account);
    if (row.isEmpty()) {
      return refused(WaitReason.AUTHORISATION, PERSON_NEEDED);
    }
    LeftAlone alone = leftAlone.get(account);
    if (alone != null
        && alone.version() == row.get().version()
        && steady.instant().isBefore(alone.until())) {
      return keep(account, WaitReason.AUTHORISATION, RECHECK);
    }
    return usable(account, row.get())
        ? remember(account, row.get())
        : renew(account, row.get().version(), false);
  }

  /**
   * Renews on a thread that nobody interrupts: a caller who is told to stop leaves, but the answer
   * that is under way is stored all the same.
   *
   * @param refused Tiny refused the token that is there
   */
  private Access renew(String account, long version, boolean refused)
      throws InterruptedException, SQLException, GeneralSecurityException {
    try {
      return renewals.submit(() -> renewHere(account, version, refused)).get();
    } catch (RejectedExecutionException e) { // closing: the next process renews
      return refused(WaitReason.OUTAGE, RECHECK);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SQLException sql) {
        throw sql;
      }
      if (cause instanceof GeneralSecurityException security) {
        throw security;
      }
      throw new IllegalStateException("The token of account " + account + " was not renewed", e);
    }
  }

  private Access renewHere(String account, long version, boolean refused)
      throws InterruptedException, SQLException, GeneralSecurityException {
    RenewalClaims.Claim claim = sources.claims().claim(account, version, LEASE);
    if (claim instanceof RenewalClaims.Claim.NotMine other) {
      return notMine(account, other.row(), refused ? version : NONE);
    }
    if (!(claim instanceof RenewalClaims.Claim.Mine mine)) {
      return refused(WaitReason.AUTHORISATION, PERSON_NEEDED);
    }
    TokenAnswer answer = ask(account, mine.refreshToken());
    if (answer instanceof TokenAnswer.Pair pair) {
      Optional<AccountProblem> foreign =
          mine.unproved() ? Optional.empty() : sources.owners().ofRenewal(account, pair.claims());
      if (foreign.isPresent()) {
        return lost(mine.claimed(), foreign.get());
      }
      return stored(account, version, pair, refused);
    }
    if (answer instanceof TokenAnswer.Dead dead) {
      return lost(mine.claimed(), TokenProblems.dead(account, dead));
    }
    troubles.incrementAndGet();
    failures.increment();
    Duration wait = Duration.ofMillis(WAITS.apply(mine.failures() + 1));
    boolean wrongClient = answer instanceof TokenAnswer.WrongClient;
    AccountProblem problem = TokenProblems.notRenewed(account, answer, configured.equals(account));
    log.warn(
        "The token of account {} was not renewed, again in {}: {}", account, wait, problem.whole());
    sources.claims().postpone(mine.claimed(), problem, wrongClient, wait);
    WaitReason reason = wrongClient ? WaitReason.APPLICATION : WaitReason.OUTAGE;
    return refused ? keep(account, reason, wait) : current(account, refused(reason, wait));
  }

  private TokenAnswer ask(String account, String refreshToken)
      throws SQLException, GeneralSecurityException {
    Application application = sources.applications().of(account);
    return application == null
        ? new TokenAnswer.WrongClient("it has none", "")
        : sources.endpoint().refresh(application, refreshToken);
  }

  private Access lost(RenewalClaims.Claimed claimed, AccountProblem problem) throws SQLException {
    troubles.incrementAndGet();
    failures.increment();
    log.error("Account {} must be connected again: {}", claimed.account(), problem.whole());
    sources.claims().lost(claimed, problem);
    return refused(WaitReason.AUTHORISATION, PERSON_NEEDED);
  }

  /** How often something happened that whoever watches accounts must be told. */
  int troubles() {
    return troubles.get();
  }

  /** The old token, while it is good; else {@code otherwise}. */
  private Access current(String account, Access otherwise)
      throws InterruptedException, SQLException, GeneralSecurityException {
    Optional<TokenStore.Row> row = store.read(account);
    return row.isPresent() && usable(account, row.get()) ? remember(account, row.get()) : otherwise;
  }

  /**
   * Somebody else renews, or it is too early to try again.
   *
   * @param refused the version that Tiny refused, which is not worth another call
   */
  private Access notMine(String account, TokenStore.Row row, long refused)
      throws InterruptedException, SQLException, GeneralSecurityException {
    if (row.version() != refused && usable(account, row)) {
      return remember(account, row);
    }
    if (!row.authorised() || row.refresh() == null) {
      return refused(WaitReason.AUTHORISATION, PERSON_NEEDED);
    }
    double seconds = row.pending() > 0 ? Math.min(1, row.pending()) : Math.max(1, row.retry());
    boolean wrongClient = row.clientRefused() && row.pending() <= 0;
    Duration wait = Duration.ofMillis((long) (seconds * 1000));
    WaitReason reason = wrongClient ? WaitReason.APPLICATION : WaitReason.OUTAGE;
    return row.version() == refused ? keep(account, reason, wait) : refused(reason, wait);
  }

  /**
   * The old refresh token is dead now: what was received must not be lost to a moment's trouble.
   */
  private Access stored(String account, long version, TokenAnswer.Pair pair, boolean refused)
      throws InterruptedException, SQLException, GeneralSecurityException {
    long giveUp = time.nanos().getAsLong() + LEASE.minus(TokenEndpoint.TIMEOUT).toNanos();
    while (true) {
      try {
        store.save(account, version, pair, refused);
        sources.owners().learn(account, pair.claims());
        Access access = current(account, refused(WaitReason.OUTAGE, RECHECK));
        return refused && access instanceof Access.Token token
            ? new Access.Token(token.value(), token.version(), true)
            : access;
      } catch (SQLException e) {
        if (time.nanos().getAsLong() > giveUp) {
          log.error("Account {}: a new pair of tokens could not be stored", account);
          throw e;
        }
        time.pause().sleep(STORE_PAUSE);
      }
    }
  }

  private boolean usable(String account, TokenStore.Row row) throws GeneralSecurityException {
    return row.authorised() && row.left() > 1 && !store.accessToken(account, row).isEmpty();
  }

  private Access remember(String account, TokenStore.Row row)
      throws InterruptedException, SQLException, GeneralSecurityException {
    Access refusal = row.unproved() ? prove(account, row) : null;
    if (refusal != null) {
      return refusal;
    }
    Access.Token token = new Access.Token(store.accessToken(account, row), row.version(), false);
    double good =
        Math.min(
            Math.min(row.left() - 1, (double) BELIEVED.toSeconds()),
            Math.max(row.due(), (double) RECHECK.toSeconds()));
    cache.put(account, new Cached(token, steady.instant().plusMillis((long) (good * 1000))));
    return token;
  }

  /** Null: the authorisation is the account's. */
  private @Nullable Access prove(String account, TokenStore.Row row)
      throws InterruptedException, SQLException, GeneralSecurityException {
    OwnerProof.Proof proof = sources.proof().of(account, store.accessToken(account, row));
    if (proof instanceof OwnerProof.Proof.Refused other) {
      log.error("Account {}: {}", account, other.why().whole());
      troubles.incrementAndGet();
      store.refuse(account, row.version(), other.why());
      return keep(account, WaitReason.AUTHORISATION, PERSON_NEEDED);
    }
    if (proof instanceof OwnerProof.Proof.Unknown unknown) {
      Duration wait = Duration.ofMillis(WAITS.apply(unread.merge(account, 1, Integer::sum)));
      log.warn("Account {}, again in {}: {}", account, wait, unknown.why().whole());
      troubles.incrementAndGet();
      store.unread(account, row.version(), unknown.why());
      return keep(account, WaitReason.OUTAGE, wait);
    }
    unread.remove(account);
    troubles.incrementAndGet();
    store.proved(account, row.version());
    return null;
  }

  private Access.Refused refused(WaitReason reason, Duration wait) {
    return new Access.Refused(time.in(wait), reason);
  }

  private Access keep(String account, WaitReason reason, Duration wait) {
    Access.Refused refused = refused(reason, wait);
    cache.put(account, new Cached(refused, steady.instant().plus(wait)));
    return refused;
  }

  private Access locked(String account, Renewal renewal)
      throws InterruptedException, SQLException, GeneralSecurityException {
    ReentrantLock lock = locks.computeIfAbsent(account, any -> new ReentrantLock());
    if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      return refused(WaitReason.OUTAGE, Duration.ofSeconds(1));
    }
    try {
      return renewal.run();
    } finally {
      lock.unlock();
    }
  }

  @FunctionalInterface
  private interface Renewal {
    Access run() throws InterruptedException, SQLException, GeneralSecurityException;
  }

  /** The Error that a renewal ended with; empty: none. */
  Optional<Throwable> failure() {
    return renewals.failure();
  }

  /** Lets renewals under way end, for a moment. */
  @Override
  public void close() {
    if (!renewals.finish()) {
      log.warn("A token is still being renewed: its account may have to be connected again");
    }
  }
}
