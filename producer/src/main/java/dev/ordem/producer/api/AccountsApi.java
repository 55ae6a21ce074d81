package dev.ordem.producer.api;

import dev.ordem.contract.OrderKey;
import dev.ordem.producer.api.StatusAnswer.Account;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.runtime.http.Problem;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.TinyClient;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The Tiny accounts, and letting go of one. How one is connected is in {@code connect}. */
final class AccountsApi {
  private static final String CANCEL =
      """
      SELECT r.id, ordem_cancel(r.id) FROM sync_run r
      WHERE r.account = ? AND r.status IN ('QUEUED', 'RUNNING')
      """;
  private static final String REMAINS =
      """
      SELECT (SELECT count(*) FROM os WHERE account = a.name AND removed_at IS NULL) AS orders,
        (SELECT count(*) FROM os_status_history WHERE account = a.name) AS changes,
        (SELECT count(*) FROM sync_run WHERE account = a.name) AS runs
      FROM (SELECT ?::text AS name) AS a
      """;

  private final ApiDatabase database;
  private final Supplier<List<AccountHealth>> accounts;
  private final Supplier<Optional<TinyClient>> tiny;

  /**
   * Does no I/O.
   *
   * @param tiny empty as long as the service has not started
   */
  AccountsApi(
      ApiDatabase database,
      Supplier<List<AccountHealth>> accounts,
      Supplier<Optional<TinyClient>> tiny) {
    this.database = database;
    this.accounts = accounts;
    this.tiny = tiny;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/accounts", this::list);
    routes.delete("/api/accounts/{account}", this::disconnect);
  }

  /** All that are known. */
  record Accounts(List<Account> accounts) {}

  /** What is still there of an account that was disconnected. */
  record Remains(long orders, long statusChanges, long runs) {}

  /**
   * An account that was disconnected.
   *
   * @param canceledRuns runs that would have waited for ever
   * @param comesBack whether variables of the producer describe it, so that it is there again with
   *     the next start
   */
  record Disconnected(
      String account, List<UUID> canceledRuns, Remains remains, boolean comesBack) {}

  private void list(Context http) {
    JsonResponse.send(http, new Accounts(accounts.get().stream().map(Account::of).toList()));
  }

  /** Runs first: without its account none could go on, and each would wait for ever. */
  private void disconnect(Context http) {
    String account = name(http);
    TinyClient client =
        tiny.get().orElseThrow(() -> Problem.unavailable("The producer is starting.", null));
    if (accounts.get().stream().noneMatch(known -> known.account().equals(account))) {
      throw NamedAccount.unknown(account);
    }
    List<UUID> canceled = database.list(row -> row.getObject("id", UUID.class), CANCEL, account);
    try {
      client.disconnect(account);
    } catch (IllegalStateException e) {
      throw Problem.unavailable(String.valueOf(e.getMessage()), e);
    }
    Remains remains =
        database
            .first(
                row ->
                    new Remains(row.getLong("orders"), row.getLong("changes"), row.getLong("runs")),
                REMAINS,
                account)
            .orElseThrow();
    JsonResponse.send(
        http, new Disconnected(account, canceled, remains, client.isConfigured(account)));
  }

  private static String name(Context http) {
    try {
      return new OrderKey(http.pathParam("account"), 1).account();
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()), e);
    }
  }
}
