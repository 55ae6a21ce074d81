package dev.ordem.producer.api;

import dev.ordem.contract.SyncCommand;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The HTTP API. Thread safe; does no I/O before it is asked. */
public final class Api {
  private final RunsApi runs;
  private final StatusApi status;
  private final OrdersApi orders;
  private final ConnectApi connect;

  /**
   * Over the sink's tables.
   *
   * @param source the database; empty as long as the service has not started
   * @param accounts what is known of the Tiny accounts, without a call to Tiny
   * @param defaults for runs that do not say
   * @param clock for the times of requests
   * @param door how accounts are connected
   */
  public Api(
      Supplier<Optional<DataSource>> source,
      Supplier<List<AccountHealth>> accounts,
      Defaults defaults,
      Clock clock,
      Door door) {
    Database database = new Database(source);
    this.runs = new RunsApi(database, defaults.account(), defaults.max(), clock);
    this.status = new StatusApi(database, accounts);
    this.orders = new OrdersApi(database, clock);
    this.connect = new ConnectApi(door);
  }

  /** Adds its routes, and how its problems are answered. */
  public void routes(RoutesConfig routes) {
    routes.exception(Problem.class, (problem, http) -> problem.answer(http));
    runs.routes(routes);
    status.routes(routes);
    orders.routes(routes);
    connect.routes(routes);
    Page.routes(routes);
  }

  /**
   * Asks for a run, as {@code POST /api/runs} does; once for an id, however often it is called.
   *
   * @throws RuntimeException if Postgres cannot take it; the message says why
   */
  public void ask(SyncCommand.Run run) {
    runs.ask(run);
  }

  /**
   * What a run is that does not say.
   *
   * @param account of a run that names none
   * @param max most headers of a run that names none; null: all
   */
  public record Defaults(String account, @Nullable Long max) {}
}
