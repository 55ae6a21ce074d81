package dev.ordem.producer.verdict;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.runs.RunLog;
import dev.ordem.producer.verdict.Evidence.Repair;
import dev.ordem.producer.verdict.Evidence.Run;
import dev.ordem.producer.verdict.RunWriter.Ending;
import dev.ordem.producer.verdict.RunWriter.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Judges runs whose headers are read: looks at what Postgres holds of a run, does what is next, and
 * says when to look again. Thread safe; one run is looked at by one thread at a time.
 */
public final class Judge {
  /** How long the ledger is asked to hold; it takes no more. */
  private static final Duration HOLD = Duration.ofSeconds(5);

  private static final Duration HEALING = Duration.ofSeconds(5);
  private static final Duration REST = Duration.ofMinutes(30);
  private static final int MOST_REMEMBERED = 10_000;

  private final DataSource database;
  private final EvidenceStore store;
  private final RunWriter writer;
  private final Consumer<HeaderEvent.Marker> markers;
  private final Duration oldestDetail;
  private final Map<UUID, StallTracker> attentions = new ConcurrentHashMap<>();

  /**
   * Does no I/O.
   *
   * @param markers sends a marker to every partition and returns when all of them have it; throws
   *     if not
   * @param ends how far Kafka goes now, as {@link dev.ordem.producer.certificate.SinkProgress#ends}
   *     tells
   * @param oldestDetail how old the detail of an order that is not over may be, for reports
   */
  public Judge(
      DataSource database,
      Consumer<HeaderEvent.Marker> markers,
      Supplier<Map<TopicPartition, Long>> ends,
      Duration oldestDetail) {
    this.database = database;
    this.store = new EvidenceStore(database, ends);
    this.writer = new RunWriter(database);
    this.markers = markers;
    this.oldestDetail = oldestDetail;
  }

  /**
   * Looks at a run in phase SETTLING or HEALING and does what is next. Writes nothing if the run is
   * not held any more or was changed meanwhile.
   *
   * @throws SQLException if Postgres cannot be asked; nothing is lost, look again
   * @throws RuntimeException what sending a marker threw; look again
   */
  public Judgement look(HeldRun held) throws SQLException {
    return look(held, attention(held));
  }

  /** The same, remembering what {@code attention} does. */
  Judgement look(HeldRun held, StallTracker attention) throws SQLException {
    Optional<Evidence> found = store.read(held, attention);
    if (found.isEmpty()) {
      return over(held);
    }
    Look look = new Look(held, found.get(), attention);
    if (!prove(look)) {
      return over(held);
    }
    Evidence evidence = look.evidence;
    attention.look(evidence);
    NextStep step = Verdict.next(evidence);
    if (step instanceof NextStep.Leave) {
      return over(held);
    }
    if (step instanceof NextStep.Complete || step instanceof NextStep.Partial) {
      return end(look, step);
    }
    if (step instanceof NextStep.ReadAgain again) {
      return readAgain(look, again.why());
    }
    return goOn(look, step) ? new Judgement.Waits(pause(look)) : over(held);
  }

  /** What is remembered of a run that came into other hands is dropped with all the rest, once. */
  private StallTracker attention(HeldRun held) {
    if (attentions.size() > MOST_REMEMBERED) {
      attentions.clear();
    }
    return attentions.computeIfAbsent(held.id(), run -> new StallTracker());
  }

  /** One look. Its evidence grows by what is proved. */
  private static final class Look {
    final HeldRun held;
    final StallTracker attention;
    Evidence evidence;

    Look(HeldRun held, Evidence evidence, StallTracker attention) {
      this.held = held;
      this.evidence = evidence;
      this.attention = attention;
    }

    Run run() {
      return evidence.run();
    }
  }

  private Judgement over(HeldRun held) {
    attentions.remove(held.id());
    return new Judgement.Over();
  }

  private static Duration pause(Look look) {
    if (look.run().phase() == Phase.HEALING) {
      if (!Verdict.settled(look.evidence)) {
        return HEALING;
      }
      if (Verdict.staysDifferent(look.evidence)) {
        return differing(look);
      }
    }
    return look.attention.pause(look.evidence.now());
  }

  /** What differs for long, however often it is repaired, costs a comparison with each look. */
  private static Duration differing(Look look) {
    Instant since = look.run().finishedAt();
    Duration twentieth =
        since == null ? HEALING : Duration.between(since, look.evidence.now()).dividedBy(20);
    Duration most = twentieth.compareTo(REST) > 0 ? REST : twentieth;
    return most.compareTo(HEALING) < 0 ? HEALING : most;
  }

  /** Keeps what comparing has proved; false: the run is not held any more. */
  private boolean prove(Look look) throws SQLException {
    SortedMap<Integer, Proof> found = Proof.of(look.evidence);
    if (found.isEmpty()) {
      return true;
    }
    SortedMap<Integer, Proof> proofs = new TreeMap<>(look.evidence.proofs());
    proofs.putAll(found);
    look.evidence
        .trials()
        .comparisons()
        .forEach(
            (partition, later) ->
                proofs.computeIfPresent(
                    partition, (p, proof) -> proof.stands(later) ? proof : null));
    look.evidence = look.evidence.with(proofs);
    String message =
        "Postgres holds what the ledger holds: " + Verdict.named(new TreeSet<>(found.keySet()));
    Line line = Line.info(RunLog.Module.STORE, message, Map.of("partitions", found.keySet()));
    return writer.fenced(
        look.held,
        look.run(),
        connection -> {
          RunWriter.proofs(connection, look.run(), proofs.values());
          RunWriter.log(connection, look.run(), line);
        });
  }

  /** Does a step that is not the last; false: the run is not held any more. */
  private boolean goOn(Look look, NextStep step) throws SQLException {
    if (step instanceof NextStep.Hold) {
      return hold(look);
    }
    if (step instanceof NextStep.Repair repair) {
      return repair(look, repair);
    }
    if (step instanceof NextStep.ConfirmAbsences confirm) {
      return confirm(look, confirm);
    }
    if (step instanceof NextStep.AskPerson ask) {
      return ask(look, ask);
    }
    return progress(look, step, step instanceof NextStep.Wait wait ? wait.what() : null);
  }

  private boolean hold(Look look) throws SQLException {
    Run run = look.run();
    boolean[] may = {false};
    String message =
        "asks the account to hold for " + HOLD.toSeconds() + " s: it never stands still";
    Line line = Line.info(RunLog.Module.STORE, message, Map.of("holdMillis", HOLD.toMillis()));
    boolean written =
        writer.fenced(
            look.held,
            run,
            connection -> {
              may[0] = RunWriter.mayHold(connection, run.account());
              if (may[0]) {
                RunWriter.log(connection, run, line);
              }
            });
    if (written && may[0]) {
      markers.accept(new HeaderEvent.Hold(run.account(), HOLD.toMillis(), look.evidence.now()));
    }
    if (written) {
      look.attention.held(look.evidence.now());
    }
    return written && progress(look, new NextStep.Hold(), Verdict.differences(look.evidence));
  }

  private boolean repair(Look look, NextStep.Repair repair) throws SQLException {
    String differences = Verdict.differences(look.evidence);
    String message =
        differences.isEmpty()
            ? "asks for a repair: rows that Postgres refused are tried once more"
            : "asks for a repair, Postgres differs: " + differences;
    Line line = Line.warn(RunLog.Module.STORE, message, Map.of("partitions", repair.partitions()));
    return writer.fenced(
            look.held,
            look.run(),
            connection -> {
              RunWriter.repair(connection, look.run(), repair.partitions());
              RunWriter.log(connection, look.run(), line);
            })
        && progress(look, repair, "a repair of " + Verdict.named(repair.partitions()));
  }

  private boolean confirm(Look look, NextStep.ConfirmAbsences confirm) throws SQLException {
    Run run = look.run();
    String what = confirm.absent() + " of " + confirm.known() + " known orders";
    if (look.attention.marked(run.reading(), look.evidence.now())) {
      return progress(look, confirm, "the ledger counts as absent: " + what);
    }
    Line line =
        Line.info(
            RunLog.Module.HEADERS,
            "Tiny's list did not show " + what + ": they are asked for",
            Map.of("known", confirm.known(), "absent", confirm.absent()));
    if (!writer.fenced(look.held, run, connection -> RunWriter.log(connection, run, line))) {
      return false;
    }
    markers.accept(
        new HeaderEvent.AbsencesConfirmed(
            run.account(),
            run.id(),
            run.reading(),
            Objects.requireNonNull(run.beganAt()),
            look.evidence.now()));
    look.attention.mark(run.reading(), look.evidence.now());
    return true;
  }

  private boolean ask(Look look, NextStep.AskPerson ask) throws SQLException {
    Line line =
        Line.warn(
            RunLog.Module.HEADERS,
            "Tiny's list did not show "
                + ask.absent()
                + " of "
                + ask.known()
                + " known orders: not believed until a person says that they are gone",
            Map.of("known", ask.known(), "absent", ask.absent()));
    return writer.fenced(
        look.held,
        look.run(),
        connection -> {
          RunWriter.ask(connection, look.run());
          RunWriter.log(connection, look.run(), line);
        });
  }

  /** Writes how it goes, if that is news; false: the run is not held any more. */
  private boolean progress(Look look, NextStep step, @Nullable String reason) throws SQLException {
    Run run = look.run();
    StallTracker attention = look.attention;
    ModuleProgress modules = ModuleProgress.of(look.evidence, step);
    String waitsFor = attention.moving(look.evidence.now()) ? null : reason;
    List<Line> lines = lines(look, modules);
    boolean news =
        !lines.isEmpty()
            || modules.differs(ModuleProgress.before(run))
            || !Objects.equals(waitsFor, run.waitsFor());
    boolean grown =
        !modules.equals(ModuleProgress.before(run))
            || attention.movedAt().isAfter(run.progressedAt());
    if (!news && !(grown && attention.worthWriting(look.evidence.now()))) {
      return true;
    }
    attention.written(look.evidence.now());
    return writer.fenced(
        look.held,
        run,
        connection -> {
          RunWriter.progress(connection, run, modules, waitsFor, attention.movedAt());
          for (Line line : lines) {
            RunWriter.log(connection, run, line);
          }
        });
  }

  /** What has happened since the last look and is worth telling. */
  private static List<Line> lines(Look look, ModuleProgress modules) {
    List<Line> lines = new ArrayList<>();
    Module.Status before = ModuleProgress.before(look.run()).details().status();
    Module details = modules.details();
    boolean was = before != Module.Status.RUNNING && before != Module.Status.WAITING;
    if (details.status() != Module.Status.RUNNING && !was) {
      String parked = details.error() == null ? "" : "; " + details.error();
      String message = details.done() + " of " + details.total() + " details are settled" + parked;
      lines.add(Line.info(RunLog.Module.DETAILS, message, Map.of("settled", details.done())));
    }
    Repair repair = look.evidence.repair();
    if (repair != null
        && repair.doneAt() != null
        && look.attention.first("repair " + repair.id())) {
      String failed = repair.error() == null ? "" : ", and failed";
      long restored = repair.restored() == null ? 0 : repair.restored();
      String message = "the repair put " + restored + " rows right" + failed;
      lines.add(Line.info(RunLog.Module.STORE, message, Map.of("restored", restored)));
    }
    return lines;
  }

  private Judgement readAgain(Look look, String why) throws SQLException {
    Line line = Line.warn(RunLog.Module.HEADERS, "is read again: " + why, Map.of());
    boolean written =
        writer.fenced(
            look.held, look.run(), connection -> RunWriter.log(connection, look.run(), line));
    attentions.remove(look.held.id());
    return written ? new Judgement.ReadAgain(why) : new Judgement.Over();
  }

  private Judgement end(Look look, NextStep step) throws SQLException {
    Run run = look.run();
    boolean heals = step instanceof NextStep.Partial partial && partial.heals();
    boolean healed = run.phase() == Phase.HEALING && step instanceof NextStep.Complete;
    String report =
        run.mode() == Mode.RECONCILE
            ? ReconcileReport.of(database, look.evidence, oldestDetail).json()
            : null;
    ModuleProgress modules = ModuleProgress.of(look.evidence, step);
    String error =
        step instanceof NextStep.Partial partial ? ModuleProgress.text(partial.reasons()) : null;
    Ending ending =
        new Ending(
            (error == null ? RunStatus.COMPLETE : RunStatus.PARTIAL).name(),
            (heals ? Phase.HEALING : Phase.ENDED).name(),
            error,
            modules.details(),
            modules.store(),
            report,
            healed);
    List<Line> lines = lines(look, modules);
    lines.add(verdict(step, healed));
    boolean written =
        writer.fenced(
            look.held,
            run,
            connection -> {
              RunWriter.end(connection, run, ending);
              for (Line line : lines) {
                RunWriter.log(connection, run, line);
              }
            });
    attentions.remove(look.held.id());
    return written && heals ? new Judgement.Waits(HEALING) : new Judgement.Over();
  }

  private static Line verdict(NextStep step, boolean healed) {
    if (step instanceof NextStep.Partial partial) {
      String text = "PARTIAL: " + ModuleProgress.withoutQuotes(partial.reasons());
      Map<String, ?> ids =
          Map.of("ids", partial.reasons().stream().flatMap(one -> one.ids().stream()).toList());
      return Line.warn(RunLog.Module.RUN, text, ids);
    }
    String text = healed ? "COMPLETE: what was missing is there" : "COMPLETE: nothing is missing";
    return Line.info(RunLog.Module.RUN, text, Map.of());
  }
}
