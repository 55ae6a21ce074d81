package dev.ordem.tiny;

import dev.ordem.tiny.account.AccountList;
import dev.ordem.tiny.account.AccountSettings;
import dev.ordem.tiny.account.AccountState;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.account.Connections;
import dev.ordem.tiny.account.TokenRefresher;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.OrderReader;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.order.SchemaDrift;
import dev.ordem.tiny.quota.QuotaLimits;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The Tiny API for every account of this installation. Thread safe: any number of threads may call,
 * and share the quota with every other process on the same database.
 */
public final class TinyClient implements AutoCloseable {
  private final Accounts accounts;
  private final Http http;
  private final RetryAndBreaker guard;
  private final Calls calls;
  private final OrderReader reader;

  private TinyClient(
      Accounts accounts, Http http, RetryAndBreaker guard, Calls calls, OrderReader reader) {
    this.accounts = accounts;
    this.http = http;
    this.guard = guard;
    this.calls = calls;
    this.reader = reader;
  }

  /** As {@link #create(String, TinySettings, DataSource, MeterRegistry)}, named {@code tiny}. */
  public static TinyClient create(
      TinySettings settings, DataSource dataSource, MeterRegistry meters) {
    return create("tiny", settings, dataSource, meters);
  }

  /**
   * Puts a client together. Does no I/O; the caller keeps and closes {@code dataSource}.
   *
   * @param name tells the breaker of this client from those of others on the same {@code meters}
   */
  public static TinyClient create(
      String name, TinySettings settings, DataSource dataSource, MeterRegistry meters) {
    Time time = Time.system();
    return create(
        settings,
        dataSource,
        meters,
        time,
        new RetryAndBreaker(name, Backoff.NORMAL, time.steady()));
  }

  /** The first waits of retry and breaker, which tests shorten. */
  record Backoff(Duration retry, Duration breaker) {
    static final Backoff NORMAL = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));
  }

  static TinyClient create(
      TinySettings settings, DataSource dataSource, MeterRegistry meters, Time time, Backoff pace) {
    return create(
        settings, dataSource, meters, time, new RetryAndBreaker("tiny", pace, time.steady()));
  }

  private static TinyClient create(
      TinySettings settings,
      DataSource dataSource,
      MeterRegistry meters,
      Time time,
      RetryAndBreaker guard) {
    Http http = new Http(settings.apiUrl(), settings.callTimeout());
    OrderReader reader = new OrderReader(new SchemaDrift(meters));
    Accounts accounts =
        new Accounts(
            accountSettings(settings),
            dataSource,
            time,
            meters,
            new SampleReader(http, reader)::read);
    Sender sender = new Sender(accounts, http, guard, time, meters);
    Calls calls = new Calls(accounts, sender, guard.retry(), time);
    guard.bindTo(meters);
    Gauge.builder("ordem.token.upkeep.age", accounts, known -> known.upkeep().age().toSeconds())
        .baseUnit("seconds")
        .tag("client", guard.name())
        .register(meters);
    return new TinyClient(accounts, http, guard, calls, reader);
  }

  /**
   * Creates or migrates the tables of accounts and quota, stores the configured account, and starts
   * to keep tokens alive. Makes no call to Tiny itself. Safe in several processes at once, and
   * without effect when called again.
   *
   * @throws IllegalStateException if the database does not let it
   */
  public void start() {
    accounts.start();
  }

  /**
   * Reads one page of headers, waiting a moment ({@code TINY_PERMIT_WAIT}) for a permit. One of
   * several rows that cannot be served or read is not sent again at once: smaller pages tell more.
   */
  public Answer<HeaderPage> headers(String account, HeaderQuery query) throws InterruptedException {
    String asked = "GET ordem-servico?limit=" + query.limit() + "&offset=" + query.offset();
    return make(
        new ApiCall<>(
            account,
            "list",
            query.priority(),
            place(query),
            query.limit() < 2,
            asked,
            (api, authorization, journey) ->
                api.list(
                    authorization,
                    query.situacao(),
                    text(query.dataInicial()),
                    text(query.dataFinal()),
                    query.order().name().toLowerCase(Locale.ROOT),
                    query.limit(),
                    query.offset(),
                    journey),
            body -> reader.page(body, query)));
  }

  /** Reads one order, waiting a moment ({@code TINY_PERMIT_WAIT}) for a permit. */
  public Answer<OrderDetail> detail(String account, long osId, Priority priority)
      throws InterruptedException {
    return make(
        new ApiCall<>(
            account,
            "detail",
            priority,
            "order " + osId,
            true,
            "GET ordem-servico/" + osId,
            (api, authorization, journey) -> api.detail(authorization, osId, journey),
            body -> reader.detail(body, osId)));
  }

  <T> Answer<T> make(ApiCall<T> wanted) throws InterruptedException {
    return calls.make(wanted);
  }

  /** How this client is, here and now, without a call to anything. */
  public ClientHealth health() {
    TokenRefresher.Health upkeep = accounts.upkeep();
    Map<String, String> problems = new TreeMap<>();
    @Nullable String variables = null;
    @Nullable List<AccountState> seen = accounts.lastSeen();
    for (AccountState state : seen == null ? List.<AccountState>of() : seen) {
      String problem = state.problem();
      if (problem != null && state.clientRefused() && accounts.describes(state.account())) {
        variables = problem;
      } else if (problem != null) {
        problems.put(state.account(), problem);
      }
    }
    return new ClientHealth(
        upkeep.live(),
        guard.trouble(),
        upkeep.problem(),
        variables,
        seen != null && seen.isEmpty(),
        problems);
  }

  /** What is known of every account, by name, without a call to Tiny. */
  public List<AccountHealth> accounts() {
    return accounts.list().stream().map(TinyClient::health).toList();
  }

  /**
   * The same over connections of the caller's: who looks often shall not keep calls waiting.
   *
   * @throws IllegalStateException if the database cannot be asked
   */
  public static List<AccountHealth> accounts(DataSource database) {
    return new AccountList(database).all().stream().map(TinyClient::health).toList();
  }

  /** Names of all accounts, in order. */
  public List<String> names() {
    return accounts.names();
  }

  /** What is known of one account, without a call to Tiny; empty for an unknown one. */
  public Optional<AccountHealth> health(String account) {
    return accounts().stream().filter(known -> known.account().equals(account)).findFirst();
  }

  /** Whether there is such an account, as was seen last; true while nobody has looked. */
  public boolean isConnected(String account) {
    @Nullable List<AccountState> seen = accounts.lastSeen();
    return seen == null || seen.stream().anyMatch(one -> one.account().equals(account));
  }

  /** Connecting accounts; once started. */
  public Connections connections() {
    return accounts.connections();
  }

  /**
   * Forgets the tokens and the secret of an account. Its orders, and whose it is, stay.
   *
   * @return whether there was such an account
   */
  public boolean disconnect(String account) {
    return accounts.disconnect(account);
  }

  /** Whether the variables describe this account, so that it is back with the next start. */
  public boolean isConfigured(String account) {
    return accounts.describes(account);
  }

  /** Stops what {@link #start} started. Calls under way end by themselves. */
  @Override
  public void close() {
    accounts.close();
    http.close();
  }

  private static String place(HeaderQuery query) {
    return "list of %s from %s to %s, %s, row %d"
        .formatted(
            query.situacao(),
            query.dataInicial(),
            query.dataFinal(),
            query.order(),
            query.offset());
  }

  private static @Nullable String text(@Nullable LocalDate date) {
    return date == null ? null : date.toString();
  }

  private static AccountHealth health(AccountState state) {
    return new AccountHealth(
        state.account(),
        state(state),
        state.problem(),
        state.tokenExpiresAt(),
        state.closedUntil(),
        state.perSecond(),
        state.perWindow(),
        state.window(),
        state.perHour(),
        state.facts());
  }

  private static AccountHealth.State state(AccountState state) {
    if (state.clientRefused()) {
      return AccountHealth.State.APPLICATION_REFUSED;
    }
    return state.authorised()
        ? AccountHealth.State.READY
        : AccountHealth.State.AUTHORISATION_REQUIRED;
  }

  private static AccountSettings accountSettings(TinySettings settings) {
    return new AccountSettings(
        settings.identity(),
        settings.authUrl(),
        settings.clientId(),
        settings.clientSecret(),
        settings.refreshToken(),
        settings.secretKeys(),
        new QuotaLimits(
            settings.perSecond(), settings.perWindow(), settings.window(), settings.perHour()),
        settings.callTimeout(),
        settings.permitWait());
  }
}
