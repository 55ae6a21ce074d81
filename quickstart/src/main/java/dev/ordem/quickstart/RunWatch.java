package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/** Follows a run until it has ended, as any client of the API can. */
final class RunWatch {
  private static final Duration LOOK = Duration.ofMillis(500);

  /** A producer that restarts is away for a moment: the run goes on where it was. */
  private static final int MISSED_LOOKS = 60;

  /** Between two looks at the accounts, in looks at the run. */
  private static final int ACCOUNT_LOOKS = 10;

  private final ProducerApi api;
  private final Display display;
  private final Pause pause;
  private String trouble = "";

  /**
   * @param pause waits between two looks
   */
  RunWatch(ProducerApi api, Display display, Pause pause) {
    this.api = api;
    this.display = display;
    this.pause = pause;
  }

  /** The run as it ended; empty if {@code pause} said that nobody waits any more. */
  Optional<RunView> follow(String runId) throws InterruptedException {
    String status = "";
    int missed = 0;
    for (int look = 0; ; look++) {
      try {
        RunView run = new RunView(api.get("/api/runs/" + runId));
        missed = 0;
        if (!run.status().equals(status)) {
          status = run.status();
          display.soon();
        }
        if (run.ended()) {
          display.end(run);
          return Optional.of(run);
        }
        display.show(run);
        if (look % ACCOUNT_LOOKS == 0) {
          tellTrouble(run);
        }
      } catch (CommandFailure e) {
        if (e.exitCode() != CommandFailure.UNREACHABLE || ++missed >= MISSED_LOOKS) {
          throw e;
        }
      }
      if (pause.overAfter(LOOK)) {
        return Optional.empty();
      }
    }
  }

  /** What a person has to know while nothing moves, once for each new trouble. */
  private void tellTrouble(RunView run) {
    StringBuilder now = new StringBuilder(run.trouble());
    for (JsonNode account : api.get("/api/status").path("accounts")) {
      if (account.path("problem").isTextual()) {
        now.append(now.isEmpty() ? "" : "; ")
            .append(account.path("account").asText())
            .append(": ")
            .append(account.path("problem").asText());
      }
    }
    if (!now.isEmpty() && !trouble.contentEquals(now)) {
      display.say("Trouble: " + now);
    }
    trouble = now.toString();
  }

  /** Waits, and says whether the waiting is over for good. */
  @FunctionalInterface
  interface Pause {
    boolean overAfter(Duration time) throws InterruptedException;
  }
}
