package dev.ordem.producer.api;

import dev.ordem.producer.runs.Schedule;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.HeaderQuery;
import io.javalin.config.RoutesConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP API. Thread safe; does no I/O before it is asked. */
public final class Api {
  private final RunsApi runs;
  private final FailuresApi failures;
  private final OrdersApi orders;
  private final StatusApi status;
  private final ScheduleApi schedule;
  private final PlanApi plan;
  private final HealthApi health;
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
  public Api(World world, Rules rules, Defaults defaults, Door door, InstantSource clock) {
    Database database = new Database(world.source());
    CurrentCertificates certificates =
        new CurrentCertificates(world.source(), world.consumers(), clock);
    this.schedule = new ScheduleApi(database, rules.schedule(), clock);
    this.runs = new RunsApi(database, certificates, defaults, clock);
    this.failures = new FailuresApi(database, defaults);
    this.orders = new OrdersApi(database);
    this.status = new StatusApi(database, world.accounts(), certificates, schedule);
    this.plan = new PlanApi(database, world, rules, defaults, clock);
    this.health = new HealthApi(database, world, defaults.account(), clock);
    this.connect = new ConnectApi(door);
  }

  /** Adds its routes, and how its problems are answered. */
  public void routes(RoutesConfig routes) {
    Problem.answers(routes);
    runs.routes(routes);
    failures.routes(routes);
    orders.routes(routes);
    status.routes(routes);
    schedule.routes(routes);
    plan.routes(routes);
    health.routes(routes);
    connect.routes(routes);
    Page.routes(routes);
  }

  /**
   * What it looks at.
   *
   * @param source the database; empty as long as the service has not started
   * @param accounts what is known of the Tiny accounts, without a call to Tiny
   * @param client how this process's own client of Tiny is; empty as long as the service has not
   *     started
   * @param tiny reads a page of headers, within the quota
   * @param kafka why the brokers cannot be reached; empty: they can
   * @param consumers of no group, that see what is committed only
   */
  public record World(
      Supplier<Optional<DataSource>> source,
      Supplier<List<AccountHealth>> accounts,
      Supplier<Optional<ClientHealth>> client,
      Headers tiny,
      Supplier<Optional<String>> kafka,
      Supplier<Consumer<byte[], byte[]>> consumers) {}

  /** Reads a page of headers. */
  @FunctionalInterface
  public interface Headers {
    /** The answer; null: not started. */
    @Nullable Answer<HeaderPage> read(String account, HeaderQuery query)
        throws InterruptedException;
  }

  /**
   * By which a run decides what to read, and when runs begin by themselves.
   *
   * @param zone of emission dates
   * @param pageSize rows of a page, 2 to 100
   * @param lookbackDays days that an incremental run reads again
   * @param fresh how old the newest complete run may be before {@code auto} reads again
   * @param openMaxAge how old the detail of an order may grow whose status is not final
   */
  public record Rules(
      ZoneId zone,
      int pageSize,
      int lookbackDays,
      Duration fresh,
      Duration openMaxAge,
      Schedule schedule) {}

  /**
   * What a request means that does not say.
   *
   * @param account of a request that names none
   * @param max most headers of a run that names none; null: all
   */
  public record Defaults(String account, @Nullable Long max) {}
}
