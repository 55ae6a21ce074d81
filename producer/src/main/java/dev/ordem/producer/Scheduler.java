package dev.ordem.producer;

import dev.ordem.contract.RunRequest;
import dev.ordem.contract.SyncCommand;
import dev.ordem.producer.Schedule.Due;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for runs when the schedule says so, as a person would. Only the active producer does; it
 * leaves out an account whose headers are still being read, and a time that passed while no
 * producer was there. A run's id follows from its account and time, so that one asked for twice is
 * one.
 */
final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final Schedule schedule;
  private final @Nullable Long max;
  private final Supplier<Optional<RunBook>> book;
  private final Supplier<List<String>> accounts;
  private final Consumer<SyncCommand.Run> ask;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "schedule"));

  /**
   * Does not start it.
   *
   * @param what when, and at most how many headers a run reads
   * @param book of the active producer; empty while it stands by
   * @param accounts names of all accounts
   * @param ask sends a command
   */
  Scheduler(
      What what,
      Supplier<Optional<RunBook>> book,
      Supplier<List<String>> accounts,
      Consumer<SyncCommand.Run> ask,
      Clock clock) {
    this.schedule = what.schedule();
    this.max = what.max();
    this.book = book;
    this.accounts = accounts;
    this.ask = ask;
    this.clock = clock;
  }

  void start() {
    waitFor(clock.instant());
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // turn deals with all that goes wrong
  private void waitFor(Instant behind) {
    schedule
        .next(behind)
        .ifPresent(
            due -> {
              long millis = Math.max(0, Duration.between(clock.instant(), due.at()).toMillis());
              timer.schedule(() -> turn(due), millis, TimeUnit.MILLISECONDS);
            });
  }

  private void turn(Due due) {
    try {
      fire(due);
    } catch (RuntimeException e) {
      LOG.warn("the {} run of {} could not be asked for", due.mode().text(), due.at(), e);
    } finally {
      if (!timer.isShutdown()) {
        Instant now = clock.instant();
        waitFor(now.isAfter(due.at()) ? now : due.at());
      }
    }
  }

  /** Asks for what is due. */
  void fire(Due due) {
    Optional<RunBook> runs = book.get();
    if (runs.isEmpty()) {
      return;
    }
    for (String account : accounts.get()) {
      boolean reading = runs.get().toRead().stream().anyMatch(run -> run.account().equals(account));
      if (reading) {
        LOG.info("{} is still being read: the run of {} is left out", account, due.at());
      } else {
        ask.accept(command(account, due));
      }
    }
  }

  private SyncCommand.Run command(String account, Due due) {
    String name = "schedule/" + account + "/" + due.mode().text() + "/" + due.at();
    UUID runId = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    RunRequest request = new RunRequest(account, due.mode(), null, null, max, false, false);
    return new SyncCommand.Run(account, runId, request, due.at());
  }

  /**
   * What to ask for.
   *
   * @param max most headers of a run; null: all
   */
  record What(Schedule schedule, @Nullable Long max) {}
}
