package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Carries out rounds, one after the other, on a site that is whole between them. */
final class RoundRunner {
  private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
  private static final Set<String> TOO_LATE = Set.of("OR404", "OR409");
  private static final Duration RESUMES = Duration.ofSeconds(90);
  private static final Duration ENDS = Duration.ofMinutes(3);
  private static final Duration HEALS = Duration.ofSeconds(30);

  private final Site site;
  private final Versions versions;
  private final AccountChanges changes;
  private final Probe probe;
  private final FaultInjector injector;
  private final RunQuestions runs;

  RoundRunner(Site site, Versions versions, AccountChanges changes, Probe probe) {
    this.site = site;
    this.versions = versions;
    this.changes = changes;
    this.probe = probe;
    this.injector = new FaultInjector(site);
    this.runs = new RunQuestions(site);
  }

  RoundOutcome run(Round round) throws Exception {
    Random random = new Random(round.seed());
    for (int i = 0; i < round.changesBefore(); i++) {
      changes.make(random);
    }
    versions.look(site.tiny());
    versions.begin();
    LocalDate today = LocalDate.now(ZONE);
    Scope asked = Scope.of(round.mode(), today);
    UUID run = runs.ask(round.mode(), round.overHttp(), asked, today);
    Set<Fault> late = new HashSet<>();
    timeline(round, run, random, late).run();
    long healed = System.nanoTime();
    boolean over = isOver(run);
    List<Fault> tried = round.faults().stream().filter(fault -> !late.contains(fault)).toList();
    List<String> hit = tried.stream().flatMap(f -> FaultInjector.hit(f).stream()).toList();
    Duration resumed = null;
    List<String> wrong = new ArrayList<>();
    try {
      resumed = hit.isEmpty() ? null : probe.await(healed, hit, new Watch(site, RESUMES));
    } catch (IllegalStateException e) {
      wrong.add(String.valueOf(e.getMessage()));
    }
    String verdict = verdict(run, over, round, tried, wrong);
    injector.setClocksRight();
    return new RoundOutcome(tried, resumed, verdict, wrong);
  }

  private Timeline timeline(Round round, UUID run, Random random, Set<Fault> late) {
    Timeline timeline = new Timeline();
    for (int i = 0; i < round.changesDuring(); i++) {
      timeline.at(random.nextInt(4000), () -> changes.make(random));
    }
    for (Fault fault : round.faults()) {
      timeline.at(
          fault.afterMillis(),
          () -> {
            unlessTooLate(fault, late, () -> injector.begin(fault, run));
            timeline.at(
                fault.afterMillis() + fault.lastsMillis(),
                () -> unlessTooLate(fault, late, () -> injector.end(fault, run)));
          });
    }
    return timeline;
  }

  /** A run that has ended, or that Postgres does not know any more, cannot be cancelled. */
  private static void unlessTooLate(Fault fault, Set<Fault> late, Timeline.Act act)
      throws Exception {
    try {
      if (!late.contains(fault)) {
        act.happen();
      }
    } catch (SQLException e) {
      if (e.getSQLState() == null || !TOO_LATE.contains(e.getSQLState())) {
        throw e;
      }
      late.add(fault);
    }
  }

  /** Whether it has its verdict, or is not known: as soon as Postgres answers. */
  private boolean isOver(UUID run) throws Exception {
    new Watch(site, RESUMES).until("Postgres", () -> site.isReady("postgres"));
    return !runs.exists(run) || "COMPLETE".equals(runs.status(run));
  }

  /**
   * @param over it was before all that went wrong was at its end
   */
  private String verdict(UUID run, boolean over, Round round, List<Fault> tried, List<String> wrong)
      throws Exception {
    boolean putBack = tried.stream().anyMatch(fault -> fault.kind().putsBack());
    boolean lost = putBack && !runs.exists(run);
    if (!lost && !ended(run, wrong)) {
      runs.cancel(run);
      return "none";
    }
    String before = lost ? "lost" : runs.status(run);
    boolean canceled = "CANCELED".equals(before);
    if (canceled && round.faults().stream().noneMatch(RoundRunner::cancels)) {
      wrong.add("CANCELED, which nobody wanted");
    }
    if (putBack) {
      awaitOthers(wrong);
    }
    boolean touched = tried.stream().anyMatch(RoundRunner::touchesData);
    if (canceled || lost || (touched && over)) {
      // It has judged what was there before, or nothing at all.
      LocalDate today = LocalDate.now(ZONE);
      UUID next = runs.ask(round.mode(), false, Scope.of(round.mode(), today), today);
      return before + ", then " + (ended(next, wrong) ? judged(next, today, wrong) : "none");
    }
    return judged(run, LocalDate.now(ZONE), wrong);
  }

  /** Those that the copy held as under way, too. */
  private void awaitOthers(List<String> wrong) throws Exception {
    try {
      new Watch(site, ENDS).until("the end of all runs", runs::allEnded);
    } catch (IllegalStateException e) {
      wrong.add(String.valueOf(e.getMessage()));
    }
  }

  /** Even if it was told that it is too late: Postgres may have been frozen in between. */
  private static boolean cancels(Fault fault) {
    return fault.kind() == FaultKind.CANCEL || fault.kind() == FaultKind.RESUME;
  }

  private static boolean touchesData(Fault fault) {
    return switch (fault.kind()) {
      case TRUNCATE, DELETE, CONSTRAINT, NEW_KAFKA, COPY, PUT_BACK -> true;
      default -> false;
    };
  }

  private boolean ended(UUID run, List<String> wrong) throws Exception {
    try {
      new Watch(site, ENDS).until("the end of run " + run, () -> runs.hasEnded(run));
      return true;
    } catch (IllegalStateException e) {
      wrong.add(e.getMessage() + ": " + runs.why(run));
      return false;
    }
  }

  /** COMPLETE has to be true; PARTIAL has to have a reason that can be put right. */
  private String judged(UUID run, LocalDate today, List<String> wrong) throws Exception {
    Scope scope = Scope.of(runs.mode(run), today);
    String first = runs.status(run);
    if (!"COMPLETE".equals(first)) {
      List<String> missing = differences(scope);
      String why = runs.why(run);
      if (!heals(run)) {
        if (missing.isEmpty()) {
          wrong.add("nothing is missing, and it says " + why);
        }
        runs.resume(run);
        if (!ended(run, wrong)) {
          return first + ", then none";
        }
      }
    }
    String last = runs.status(run);
    if (!"COMPLETE".equals(last)) {
      wrong.add("it says " + runs.why(run));
    }
    wrong.addAll(differences(scope));
    return first + (last == null || last.equals(first) ? "" : ", then " + last);
  }

  private boolean heals(UUID run) throws Exception {
    try {
      new Watch(site, HEALS).until("healing", () -> "COMPLETE".equals(runs.status(run)));
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private List<String> differences(Scope scope) throws Exception {
    try (Connection connection = site.connect()) {
      return versions.differences(connection, scope);
    }
  }

  /** Asks for a run while nothing goes wrong, and returns how it ended. */
  @Nullable String quiet(String mode, List<String> wrong) throws Exception {
    versions.look(site.tiny());
    versions.begin();
    LocalDate today = LocalDate.now(ZONE);
    UUID run = runs.ask(mode, false, Scope.of(mode, today), today);
    return ended(run, wrong) ? judged(run, today, wrong) : "none";
  }
}
