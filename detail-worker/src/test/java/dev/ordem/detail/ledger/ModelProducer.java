package dev.ordem.detail.ledger;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.ModelRun.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Pages headers and writes markers, in the order that the protocol wants. */
final class ModelProducer {
  private final ModelClock clock;
  private final ModelTiny tiny;
  private final SimulatedLedger ledger;
  private final ModelPostgres postgres;
  private final Map<String, UUID> generations = new HashMap<>();
  private final List<ModelPage> late = new ArrayList<>();
  private final List<HeaderEvent.Seen> written = new ArrayList<>();
  private final List<ModelTiny.Shown> shown = new ArrayList<>();
  private long ids;

  final List<ModelRun> runs = new ArrayList<>();

  ModelProducer(ModelClock clock, ModelTiny tiny, SimulatedLedger ledger, ModelPostgres postgres) {
    this.clock = clock;
    this.tiny = tiny;
    this.ledger = ledger;
    this.postgres = postgres;
  }

  ModelRun start(String account, Mode mode, boolean headersOnly, boolean blind, long max) {
    ModelRun run = new ModelRun(new UUID(7, ++ids), account, mode, headersOnly, blind, max);
    run.highestKnown = postgres.highest(account);
    run.reading = nextReading(run);
    runs.add(run);
    return run;
  }

  private long nextReading(ModelRun run) {
    return Math.max(run.reading + 1, ModelClock.at(clock.next()).toEpochMilli());
  }

  /**
   * Asks for the next page, or writes the end.
   *
   * @param style whether its content is of the moment when it was asked for, and whether the answer
   *     is there at once
   */
  void read(ModelRun run, int size, int style) {
    if (run.phase != Phase.READING || run.inFlight != null) {
      return;
    }
    if (run.generation == null) {
      based(run.account);
      run.generation = generations.get(run.account);
    }
    if (run.mode == Mode.DETAILS) {
      ledger.marker(
          new HeaderEvent.DetailsMissing(run.account, run.id, run.reading, run.max, now()));
      end(run);
      return;
    }
    boolean taken = (style & 1) == 0;
    long asked = clock.next();
    run.began = run.began == null ? Long.valueOf(asked) : run.began;
    ModelPage page = new ModelPage(run, run.reading, asked, taken, List.of(), size, false);
    run.inFlight = taken ? taken(page, asked) : page;
    if ((style & 2) == 0) {
      done(run);
    }
  }

  /** The page that was asked for is there, and is written. */
  void done(ModelRun run) {
    ModelPage page = run.inFlight;
    if (page == null || run.phase != Phase.READING) {
      return;
    }
    run.inFlight = null;
    ModelPage whole = page.taken() ? page : taken(page, clock.next());
    write(whole);
    if (!run.advance(whole)) {
      end(run);
    }
  }

  private ModelPage taken(ModelPage page, long at) {
    ModelRun run = page.run();
    List<ModelPage.Item> items = new ArrayList<>();
    boolean more = false;
    for (Long id : run.blind ? List.<Long>of() : tiny.listed(run.account, at)) {
      ModelTiny.State state = tiny.at(new OrderKey(run.account, id), at);
      if (state == null || !shows(run, id, state)) {
        continue;
      }
      if (run.mode != Mode.INCREMENTAL && items.size() == page.size()) {
        more = true;
        break;
      }
      items.add(new ModelPage.Item(id, new ModelTiny.Shown(state, at)));
    }
    return new ModelPage(run, page.reading(), page.asked(), true, items, page.size(), !more);
  }

  private static boolean shows(ModelRun run, long id, ModelTiny.State state) {
    if (run.mode != Mode.INCREMENTAL) {
      return id > run.lastId && (run.mode != Mode.PERIOD || id <= 3);
    }
    return run.pass == 0
        ? id > run.highestKnown
        : state.situacao() == ModelRun.OPEN.get(run.pass - 1);
  }

  private void write(ModelPage page) {
    long answered = clock.next();
    ModelRun run = page.run();
    for (ModelPage.Item item : page.items()) {
      write(
          new HeaderEvent.Seen(
              run.account,
              run.id,
              run.mode,
              run.headersOnly,
              item.shown().state().header(item.id()),
              ModelClock.at(answered),
              ModelClock.at(page.asked()),
              page.reading()),
          item.shown());
    }
  }

  void write(HeaderEvent.Seen seen, ModelTiny.Shown of) {
    written.add(seen);
    shown.add(of);
    ledger.header(seen, of);
  }

  private void end(ModelRun run) {
    if (run.mode == Mode.INCREMENTAL && !run.headersOnly && run.began != null) {
      ledger.marker(
          new HeaderEvent.PassOver(
              run.account, run.id, run.reading, ModelRun.OPEN, ModelClock.at(run.began), now()));
    }
    run.whole = run.mode.whole();
    run.headersOver = true;
    run.phase = Phase.SETTLING;
    writeEnd(run);
  }

  private void writeEnd(ModelRun run) {
    ledger.marker(
        new HeaderEvent.EndOfHeaders(
            run.account,
            run.id,
            run.mode,
            now(),
            run.reading,
            run.whole,
            run.began == null ? null : ModelClock.at(run.began)));
  }

  /** Another producer goes on with the run; this one may still write what it had asked for. */
  void takeOver(ModelRun run) {
    if (run.phase == Phase.READING) {
      leave(run);
      run.reading = nextReading(run);
    }
  }

  private void leave(ModelRun run) {
    ModelPage page = run.inFlight;
    run.inFlight = null;
    if (page != null) {
      late.add(page.taken() ? page : taken(page, clock.next()));
    }
  }

  void latePage(int which) {
    if (!late.isEmpty()) {
      write(late.remove(which % late.size()));
    }
  }

  void again(int which) {
    if (!written.isEmpty()) {
      int index = Math.max(0, written.size() - 1 - which);
      ledger.header(written.get(index), shown.get(index));
    }
  }

  void cancel(ModelRun run) {
    if (run.phase == Phase.READING || run.phase == Phase.SETTLING) {
      leave(run);
      run.phase = Phase.CANCELED;
      ledger.marker(new HeaderEvent.Canceled(run.account, run.id, now(), run.reading));
    }
  }

  void resume(ModelRun run) {
    if (run.phase != Phase.CANCELED && run.phase != Phase.PARTIAL) {
      return;
    }
    run.reading = nextReading(run);
    ledger.marker(new HeaderEvent.Resumed(run.account, run.id, run.reading, now()));
    if (run.generation != null && !run.generation.equals(generations.get(run.account))) {
      run.readAnew();
    } else if (run.headersOver) {
      run.phase = Phase.SETTLING;
      run.whole = false;
      writeEnd(run);
    } else {
      run.phase = Phase.READING;
    }
  }

  void forget(ModelRun run) {
    if (run.phase == Phase.COMPLETE || run.phase == Phase.PARTIAL || run.phase == Phase.CANCELED) {
      run.phase = Phase.FORGOTTEN;
      ledger.marker(new HeaderEvent.Forgotten(run.account, run.id, run.reading, now()));
    }
  }

  void confirm(ModelRun run) {
    run.confirmed = true;
    long began = run.began == null ? 0 : run.began;
    ledger.marker(
        new HeaderEvent.AbsencesConfirmed(
            run.account, run.id, run.reading, ModelClock.at(began), now()));
  }

  void readAgain(ModelRun run) {
    leave(run);
    run.readAnew();
    run.reading = nextReading(run);
  }

  @Nullable UUID generation(String account) {
    return generations.get(account);
  }

  /** Writes a baseline where the ledger does not stand on the present one. */
  void based(String account) {
    UUID present = generations.get(account);
    if (present == null || !postgres.standsOn(account, present)) {
      baseline(account);
    }
  }

  void baseline(String account) {
    UUID generation = new UUID(9, ++ids);
    generations.put(account, generation);
    postgres.baseline(account, generation, now()).forEach(order -> ledger.header(order, null));
    ledger.marker(new HeaderEvent.Baselined(account, generation, now()));
    for (ModelRun run : runs) {
      boolean going = run.phase == Phase.READING || run.phase == Phase.SETTLING;
      if (run.account.equals(account) && going && run.generation != null) {
        readAgain(run);
      }
    }
  }

  private java.time.Instant now() {
    return ModelClock.at(clock.now());
  }
}
