package dev.ordem.producer.api;

import dev.ordem.producer.api.connect.ConnectApi;
import dev.ordem.producer.api.connect.ConnectSettings;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.ApiSources;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.producer.api.runs.CurrentCertificates;
import dev.ordem.producer.api.runs.PlanApi;
import dev.ordem.producer.api.runs.RunRules;
import dev.ordem.producer.api.runs.RunsApi;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The HTTP API. Thread safe; does no I/O before it is asked. */
public final class Api {
  private final RunsApi runs;
  private final FailuresApi failures;
  private final OrdersApi orders;
  private final StatusApi status;
  private final ScheduleApi schedule;
  private final PlanApi plan;
  private final HealthApi health;
  private final AccountsApi accounts;
  private final ConnectApi connect;

  /**
   * Over the tables of the installation.
   *
   * @param world what it looks at
   * @param rules by which runs are made
   * @param defaults for requests that do not say
   * @param door how accounts are connected
   * @param clock for what is told of the present
   */
  public Api(
      ApiSources world,
      RunRules rules,
      RequestDefaults defaults,
      ConnectSettings door,
      InstantSource clock) {
    ApiDatabase database = new ApiDatabase(world.source());
    Supplier<List<AccountHealth>> readable = () -> ApiDatabase.known(world.accounts());
    CurrentCertificates certificates =
        new CurrentCertificates(world.source(), world.consumers(), clock);
    this.schedule = new ScheduleApi(database, rules.schedule(), clock);
    this.runs = new RunsApi(database, world.accounts(), certificates, defaults, clock);
    NamedAccount named = new NamedAccount(database, readable);
    this.failures = new FailuresApi(database, named, defaults);
    this.orders = new OrdersApi(database, named);
    this.status = new StatusApi(database, readable, certificates, schedule);
    this.plan = new PlanApi(database, world, rules, defaults, clock);
    this.health = new HealthApi(database, world, defaults.account(), clock);
    this.accounts = new AccountsApi(database, readable, door.tiny());
    this.connect = new ConnectApi(door);
  }

  /** Adds its routes. */
  public void routes(RoutesConfig routes) {
    runs.routes(routes);
    failures.routes(routes);
    orders.routes(routes);
    status.routes(routes);
    schedule.routes(routes);
    plan.routes(routes);
    health.routes(routes);
    accounts.routes(routes);
    connect.routes(routes);
    DashboardPage.routes(routes);
  }
}
