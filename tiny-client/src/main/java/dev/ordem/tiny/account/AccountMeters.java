package dev.ordem.tiny.account;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exports limits, the audited use of the quota, and the age of tokens. */
final class AccountMeters {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);
  private static final List<String> SPANS = List.of("second", "window", "hour");

  private final AccountList accounts;
  private final Clock clock;
  private final MultiGauge limits;
  private final MultiGauge used;
  private final MultiGauge expiry;
  private volatile @Nullable List<AccountState> states;
  private Instant next = Instant.MIN;
  private int troubles;
  private Instant nextPrune = Instant.MIN;

  AccountMeters(AccountList accounts, Clock clock, MeterRegistry meters) {
    this.accounts = accounts;
    this.clock = clock;
    limits = MultiGauge.builder("ordem.quota.limit").register(meters);
    used = MultiGauge.builder("ordem.quota.used.max").register(meters);
    expiry = MultiGauge.builder("ordem.token.expires").baseUnit("seconds").register(meters);
  }

  /** What was read last; null: nothing was read yet; from any thread. */
  @Nullable List<AccountState> states() {
    return states;
  }

  /**
   * Reads anew if it is time, or something has happened. Called by one thread.
   *
   * @param happened how often something has happened
   */
  void refresh(int happened) throws SQLException {
    Instant now = clock.instant();
    if (now.isBefore(next) && happened == troubles) {
      return;
    }
    troubles = happened;
    List<MultiGauge.Row<?>> limitRows = new ArrayList<>();
    List<MultiGauge.Row<?>> expiryRows = new ArrayList<>();
    List<AccountState> read = accounts.read();
    states = read;
    for (AccountState state : read) {
      limitRows.add(row(state.account(), 0, state.perSecond()));
      limitRows.add(row(state.account(), 1, state.perWindow()));
      limitRows.add(row(state.account(), 2, state.perHour()));
      Instant expires = state.tokenExpiresAt();
      long seconds = expires == null ? 0 : Duration.between(now, expires).toSeconds();
      expiryRows.add(MultiGauge.Row.of(Tags.of("account", state.account()), seconds));
    }
    limits.register(limitRows, true);
    expiry.register(expiryRows, true);
    List<MultiGauge.Row<?>> usedRows = new ArrayList<>();
    accounts.mostUsed().forEach(one -> usedRows.add(row(one.account(), one.span(), one.most())));
    used.register(usedRows, true);
    // Auditing many accounts costs: never more than a fiftieth of the time.
    Duration took = Duration.between(now, clock.instant());
    next = now.plus(EVERY).plus(took.multipliedBy(50));
    if (now.isAfter(nextPrune)) {
      nextPrune = now.plus(PRUNE_EVERY);
      accounts.prune();
    }
  }

  private static MultiGauge.Row<?> row(String account, int span, long value) {
    return MultiGauge.Row.of(Tags.of("account", account, "window", SPANS.get(span)), value);
  }
}
