package dev.ordem.producer.api;

import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.HeaderQuery;
import io.javalin.config.RoutesConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a run would cost, and what can be reached: {@code GET /api/plan} and {@code GET
 * /api/health}. Changes nothing. Thread safe; does no I/O before it is asked.
 */
public final class Outlook {
  private final PlanApi plan;
  private final HealthApi health;

  /** Looks at {@code world}, by {@code rules}. */
  public Outlook(World world, Rules rules, Api.Defaults defaults, Clock clock) {
    Database database = new Database(world.source());
    this.plan = new PlanApi(database, world, rules, defaults, clock);
    this.health = new HealthApi(database, world, defaults.account(), clock);
  }

  /** Adds its routes; problems are answered as {@link Api#routes} says. */
  public void routes(RoutesConfig routes) {
    plan.routes(routes);
    health.routes(routes);
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
   */
  public record World(
      Supplier<Optional<DataSource>> source,
      Supplier<List<AccountHealth>> accounts,
      Supplier<Optional<ClientHealth>> client,
      Headers tiny,
      Supplier<Optional<String>> kafka) {}

  /** Reads a page of headers. */
  @FunctionalInterface
  public interface Headers {
    /** The answer; null: not started. */
    @Nullable Answer<HeaderPage> read(String account, HeaderQuery query)
        throws InterruptedException;
  }

  /**
   * By which a run decides what to read.
   *
   * @param zone of emission dates
   * @param pageSize rows of a page, 2 to 100
   * @param lookbackDays days that an incremental run reads again
   * @param fresh how old the newest complete run may be before {@code auto} reads again
   * @param openMaxAge how old the detail of an order may grow whose status is not final
   */
  public record Rules(
      ZoneId zone, int pageSize, int lookbackDays, Duration fresh, Duration openMaxAge) {}
}
