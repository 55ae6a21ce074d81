package dev.ordem.producer.api;

import dev.ordem.producer.api.StatusAnswer.Account;
import dev.ordem.producer.api.StatusAnswer.Certificate;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.runs.CurrentCertificates;
import dev.ordem.producer.certificate.CertificateCheck;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Supplier;

/** How everything stands: orders, queue, runs, accounts, failures. */
final class StatusApi {
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
  }

  private void status(Context http) {
    List<Account> known = accounts.get().stream().map(Account::of).toList();
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
}
