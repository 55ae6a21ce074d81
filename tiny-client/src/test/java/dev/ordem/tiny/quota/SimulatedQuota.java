package dev.ordem.tiny.quota;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import dev.ordem.tiny.account.AccountList;
import dev.ordem.tiny.account.AccountState;
import dev.ordem.tiny.quota.QuotaStore.LastGiven;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The quota's real SQL on a clock that the test moves. */
final class SimulatedQuota implements AutoCloseable {
  final HikariDataSource database;
  private final QuotaStore store;

  SimulatedQuota() throws SQLException {
    database = Postgres.database(1);
    try (HikariDataSource several = Postgres.samePlace(database, 3)) {
      Migrations.run(several);
    }
    Postgres.execute(
        database,
        "create or replace function tiny_now() returns timestamptz language sql volatile as"
            + " 'select current_setting(''test.now'')::timestamptz'");
    store = new QuotaStore(database);
  }

  /** Moves the clock and forgets every account. */
  void reset(Instant now, String account, QuotaLimits limits) throws SQLException {
    Postgres.execute(database, "truncate tiny_quota, tiny_quota_permit");
    at(now);
    store.configure(account, limits);
  }

  void at(Instant now) throws SQLException {
    Postgres.execute(database, "select set_config('test.now', '" + now + "', false)");
  }

  QuotaStore.Decision permit(Instant now, String account, int kind) throws SQLException {
    at(now);
    return store.permit(
        new QuotaStore.Asking(account, "detail", kind, null, () -> 0, now, LastGiven.NOTHING));
  }

  /** Asked by a process that was given permits up to one. */
  QuotaStore.Decision permitKnowing(Instant now, String account, long known) throws SQLException {
    at(now);
    return store.permit(
        new QuotaStore.Asking(
            account, "detail", 2, null, () -> 0, now, new LastGiven(known, null)));
  }

  /** Asked by a process that read the clock as {@code read}, {@code passed} ago by its own. */
  QuotaStore.Decision permit(Instant now, String account, Instant read, Duration passed)
      throws SQLException {
    at(now);
    ClockReading clock = new ClockReading(read, 0, 0);
    return store.permit(
        new QuotaStore.Asking(
            account, "detail", 2, clock, passed::toNanos, now, LastGiven.NOTHING));
  }

  /** The time that is told of a call without a window. */
  Instant asked(Instant now, String account) throws SQLException {
    return asked(now, now, account);
  }

  /** The same, where the database's clock and that of the caller's host differ. */
  Instant asked(Instant now, Instant host, String account) throws SQLException {
    at(now);
    return store.closure(account, host, null).at();
  }

  /** The same, by a process that was told {@code told} before. */
  Instant askedAfter(Instant told, Instant now, String account) throws SQLException {
    at(now);
    return store.closure(account, now, told).at();
  }

  /** What a permit tells to a process that was told {@code told} before. */
  Instant permitAfter(Instant told, Instant now, String account) throws SQLException {
    at(now);
    return store
        .permit(
            new QuotaStore.Asking(account, "detail", 2, null, () -> 0, now, new LastGiven(0, told)))
        .at();
  }

  void release(Instant now, String account, QuotaStore.Decision permit, Feedback feedback)
      throws SQLException {
    at(now);
    store.release(List.of(new QuotaStore.Return(permit(account, permit), feedback)));
  }

  /** False: its time is over. */
  boolean hold(Instant now, String account, QuotaStore.Decision permit) throws SQLException {
    at(now);
    return store.hold(permit(account, permit), Leases.LENGTH);
  }

  private static Permit.Granted permit(String account, QuotaStore.Decision decision) {
    return new Permit.Granted(
        account, decision.id(), decision.at(), new ClockReading(decision.at(), 0, 0));
  }

  AccountState state(String account) throws SQLException {
    Postgres.execute(
        database,
        "insert into tiny_account (account) values ('" + account + "') on conflict do nothing");
    return new AccountList(database)
        .read().stream().filter(one -> one.account().equals(account)).findFirst().orElseThrow();
  }

  void prune() throws SQLException {
    new AccountList(database).prune();
  }

  long mostUsed(String account, int span) throws SQLException {
    return new AccountList(database)
        .mostUsed().stream()
            .filter(one -> one.account().equals(account) && one.span() == span)
            .mapToLong(AccountList.Used::most)
            .findFirst()
            .orElse(0);
  }

  @Override
  public void close() {
    database.close();
  }

  /** What the server told with an answer that it gave. */
  static Feedback answered(
      @Nullable Integer limit, @Nullable Integer remaining, @Nullable Double reset) {
    return new Feedback(Feedback.End.OK, limit, remaining, reset, Duration.ZERO, null);
  }

  /** A 429 with all three headers. */
  static Feedback throttled(double reset) {
    return new Feedback(Feedback.End.THROTTLED, 30, 0, reset, Duration.ZERO, null);
  }
}
