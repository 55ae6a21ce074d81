package dev.ordem.producer.api;

import dev.ordem.producer.api.StatusAnswer.Account;
import dev.ordem.producer.api.StatusAnswer.Certificate;
import dev.ordem.producer.api.StatusAnswer.Quota;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.runs.CurrentCertificates;
import dev.ordem.producer.certificate.CertificateCheck;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How everything stands: orders, queue, runs, accounts, failures. */
final class StatusApi {
  private static final String QUOTA_USED =
      """
      SELECT account, count(*) AS used FROM tiny_quota_slot
      WHERE span = 1 AND free_at > clock_timestamp() GROUP BY account
      """;

  private final ApiDatabase database;
  private final Supplier<List<AccountHealth>> accounts;
  private final CurrentCertificates certificates;
  private final ScheduleApi schedule;

  StatusApi(
      ApiDatabase database,
      Supplier<List<AccountHealth>> accounts,
      CurrentCertificates certificates,
      ScheduleApi schedule) {
    this.database = database;
    this.accounts = accounts;
    this.certificates = certificates;
    this.schedule = schedule;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/status", this::status);
    routes.get("/api/accounts", http -> JsonResponse.send(http, new Accounts(known())));
  }

  /** All that are connected. */
  record Accounts(List<Account> accounts) {}

  private void status(Context http) {
    List<Account> known = known();
    List<Certificate> compared =
        known.stream().map(account -> certificate(certificates.recent(account.account()))).toList();
    JsonResponse.send(
        http,
        database.in(
            connection ->
                new StatusAnswer(
                    StatusAnswer.orders(connection),
                    StatusAnswer.bySituacao(connection),
                    StatusAnswer.queue(connection),
                    StatusAnswer.failures(connection),
                    StatusAnswer.lastSuccess(connection),
                    StatusAnswer.runs(connection),
                    known,
                    StatusAnswer.audit(connection),
                    compared,
                    schedule.entries(),
                    WatchStatus.all(connection))));
  }

  private static Certificate certificate(CertificateCheck.Result found) {
    return new Certificate(
        found.account(),
        found.equal(),
        found.partitions().stream()
            .filter(side -> !side.equal())
            .map(CertificateCheck.Side::partition)
            .toList(),
        found.setAside(),
        found.comparedAt());
  }

  private List<Account> known() {
    Map<String, Long> used =
        database
            .list(row -> Map.entry(row.getString("account"), row.getLong("used")), QUOTA_USED)
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return accounts.get().stream()
        .map(account -> account(account, used.getOrDefault(account.account(), 0L)))
        .toList();
  }

  private static Account account(AccountHealth known, long used) {
    return new Account(
        known.account(),
        known.state().toString(),
        known.problem(),
        known.tokenExpiresAt(),
        known.closedUntil(),
        new Quota(
            known.perSecond(),
            known.perWindow(),
            known.window().toString(),
            used,
            known.perHour()));
  }
}
