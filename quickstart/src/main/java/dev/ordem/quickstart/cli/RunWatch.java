package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.cli.terminal.StatusLines;
import java.time.Duration;
import java.util.Optional;

/** Follows a run until it has ended, as any client of the API can. */
public final class RunWatch {
  private static final String WAITING = "Waiting";
  private static final Duration LOOK = Duration.ofMillis(500);

  /** A producer that restarts is away for a moment: the run goes on where it was. */
  static final int A_MOMENT = 60;

  /** For whoever knows by other means that the producer is gone for good. */
  public static final int FOR_EVER = Integer.MAX_VALUE;

  /** Between two looks at the accounts, in looks at the run. */
  private static final int ACCOUNT_LOOKS = 10;

  private final ProducerApi api;
  private final RunDisplay display;
  private final int patience;
  private final Pause pause;
  private boolean endsWithoutAPerson;
  private String trouble = "";

  /**
   * Does no I/O.
   *
   * @param patience looks in a row that may find nobody, or no database behind it
   * @param pause waits between two looks
   */
  public RunWatch(ProducerApi api, RunDisplay display, int patience, Pause pause) {
    this.api = api;
    this.display = display;
    this.patience = patience;
    this.pause = pause;
  }

  /**
   * Ends with the reason when the run's account needs a person: whoever asked for one run gets an
   * exit code, not a wait without end.
   */
  public RunWatch endingWithoutAPerson() {
    endsWithoutAPerson = true;
    return this;
  }

  /** The run as it ended; empty if {@code pause} said that nobody waits any more. */
  public Optional<RunView> follow(String runId) throws InterruptedException {
    String status = "";
    int missed = 0;
    for (int look = 0; ; look++) {
      try {
        RunView run = new RunView(api.get("/api/runs/" + runId));
        missed = 0;
        if (endsWithoutAPerson) {
          failWithoutAPerson(run.account());
        }
        if (!run.status().equals(status)) {
          status = run.status();
          display.soon();
        }
        if (run.ended()) {
          display.end(run);
          run.parked().forEach(display::say);
          if (!run.question().isEmpty()) {
            display.say(run.question());
          }
          return Optional.of(run);
        }
        display.show(run);
        if (look % ACCOUNT_LOOKS == 0) {
          tellTrouble(run);
        }
      } catch (CommandFailure e) {
        if (e.exitCode() != CommandFailure.UNREACHABLE || ++missed >= patience) {
          throw e;
        }
        tell(String.valueOf(e.getMessage()));
      }
      if (pause.overAfter(LOOK)) {
        return Optional.empty();
      }
    }
  }

  private void failWithoutAPerson(String name) {
    for (JsonNode account : api.get("/api/accounts").path("accounts")) {
      boolean its = account.path("account").asText().equals(name);
      if (its && !account.path("state").asText().equals("READY")) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            StatusLines.problem(account).orElse("Account " + name + " must be connected again."));
      }
    }
  }

  /** Of every account, not the run's alone: what a person has to know while nothing moves, once for each new trouble. */
  private void tellTrouble(RunView run) {
    String waits = run.trouble();
    StringBuilder now = new StringBuilder();
    for (JsonNode account : api.get("/api/accounts").path("accounts")) {
      String name = account.path("account").asText();
      boolean ready = account.path("state").asText("READY").equals("READY");
      StatusLines.problem(account)
          .or(() -> ready ? Optional.empty() : Optional.of("./ordem connect --account " + name))
          .ifPresent(
              problem ->
                  now.append(now.isEmpty() ? "" : "; ").append(name).append(": ").append(problem));
    }
    if (!now.isEmpty()) {
      tell(now.indexOf(waits) >= 0 ? now.toString() : waits + "; " + now);
    } else {
      tell(WAITING + ": ", waits.replaceFirst("(?i)^" + WAITING + ": ", ""));
    }
  }

  private void tell(String now) {
    tell("Trouble: ", now);
  }

  private void tell(String word, String now) {
    if (!now.isEmpty() && !trouble.equals(now)) {
      display.say(word + now);
    }
    trouble = now;
  }

  /** Waits, and says whether the waiting is over for good. */
  @FunctionalInterface
  public interface Pause {
    boolean overAfter(Duration time) throws InterruptedException;
  }
}
