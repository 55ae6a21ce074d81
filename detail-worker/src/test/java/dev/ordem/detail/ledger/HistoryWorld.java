package dev.ordem.detail.ledger;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tiny, producer, fetcher, ledger and Postgres, to which the steps of a history happen. */
final class HistoryWorld {
  static final List<String> ACCOUNTS = List.of("a", "b");
  private static final int ORDERS = 6;
  private static final long[] WAITS = {150, 1_500, 5_000, 40_000, 600_000, 4_200_000};

  /** How far the ledger's host is ahead; one that is far behind believes no time of the others. */
  private static final long[] SKEWS = {0, 0, 7_200_000, 120_000, -120_000};

  final ModelClock clock = new ModelClock();
  final ModelTiny tiny = new ModelTiny();
  final ModelPostgres postgres = new ModelPostgres();
  final SimulatedLedger ledger;
  final ModelFetcher fetcher;
  final ModelProducer producer;
  final ModelWatcher watcher;
  final ModelJudge judge;
  final HistoryReferee referee;
  private long passed;

  HistoryWorld(LedgerRules rules) {
    // the referee is asked only once steps are taken
    this.ledger = new SimulatedLedger(rules, clock, step -> referee().take(step));
    this.fetcher = new ModelFetcher(clock, tiny, ledger);
    this.referee = new HistoryReferee(rules, tiny, postgres, fetcher::take);
    this.producer = new ModelProducer(clock, tiny, ledger, postgres);
    this.watcher = new ModelWatcher(clock, tiny, ledger, postgres, producer);
    this.judge = new ModelJudge(producer, postgres, run -> referee().complete(run.id));
    settle(0);
    ACCOUNTS.forEach(producer::baseline);
    settle(0);
  }

  private HistoryReferee referee() {
    return referee;
  }

  void take(HistoryStep step) {
    clock.next();
    switch (step.kind()) {
      case CHANGE, EDIT_LISTED, EDIT_DETAIL, EDIT_CUSTOMER, DELETE -> change(step);
      case START, READ, READ_ALL, PAGE_DONE, TAKE_OVER, CANCEL, RESUME, FORGET -> run(step);
      case LATE_PAGE -> producer.latePage(step.a());
      case PAGE_TWICE -> producer.again(step.a());
      case WATCH -> watcher.look(key(step), step.c());
      case JUDGE -> judge.look();
      case REFRESH -> ledger.header(refresh(step), null);
      case REQUEUE ->
          ledger.header(
              new HeaderEvent.RequeueWanted(
                  key(step).account(), key(step).osId(), ModelClock.at(clock.now())),
              null);
      case HOLD ->
          ledger.marker(new HeaderEvent.Hold(account(step.a()), 1_000L * step.b(), clock.host()));
      case ASK -> fetcher.ask(step.a(), step.b());
      case ANSWER -> fetcher.answer(step.a(), Math.max(0, step.b() - 3), step.c());
      case ANSWER_ALL -> fetcher.answerAll();
      case ANSWER_AGAIN -> fetcher.answerAgain(step.a(), step.b() % 5, step.c());
      case PASS -> pass(WAITS[step.a() % WAITS.length]);
      case BASELINE -> producer.baseline(account(step.a()));
      default -> trouble(step);
    }
    settle(31 * step.a() + 17 * step.b() + step.c());
  }

  private void trouble(HistoryStep step) {
    switch (step.kind()) {
      case STALL -> ledger.stall(step.a(), step.b());
      case OPEN -> ledger.open(step.a(), 2 * step.b());
      case CRASH -> ledger.crash(step.a(), step.b() % 2 == 0);
      case CLOCK -> clock.skew(SKEWS[step.a() % SKEWS.length]);
      case LOSE -> ledger.lose(step.a());
      default -> Garbage.write(ledger, clock, step);
    }
  }

  private void change(HistoryStep step) {
    OrderKey key = key(step);
    ModelTiny.State was = tiny.at(key, clock.now());
    ModelTiny.State is = is(step, key, was);
    if (is != null || was != null) {
      tiny.set(key, clock.next(), is);
    }
  }

  private ModelTiny.@Nullable State is(
      HistoryStep step, OrderKey key, ModelTiny.@Nullable State was) {
    if (was == null) {
      boolean anew = step.kind() == HistoryStep.Kind.CHANGE && !tiny.everExisted(key);
      return anew ? new ModelTiny.State(step.c() % 8, 0, 0, 0) : null;
    }
    return switch (step.kind()) {
      case CHANGE ->
          new ModelTiny.State(step.c() % 8, was.listed(), was.detail() + 1, was.customer());
      case EDIT_LISTED ->
          new ModelTiny.State(was.situacao(), was.listed() + 1, was.detail() + 1, was.customer());
      case EDIT_DETAIL ->
          new ModelTiny.State(was.situacao(), was.listed(), was.detail() + 1, was.customer());
      case EDIT_CUSTOMER ->
          new ModelTiny.State(was.situacao(), was.listed(), was.detail(), was.customer() + 1);
      default -> null;
    };
  }

  private void run(HistoryStep step) {
    if (step.kind() == HistoryStep.Kind.START) {
      start(step);
      return;
    }
    if (producer.runs.isEmpty()) {
      return;
    }
    int last = producer.runs.size() - 1;
    ModelRun run = producer.runs.get(last - step.a() % Math.min(producer.runs.size(), 4));
    switch (step.kind()) {
      case READ -> producer.read(run, 1 + step.c() % 3, step.b());
      case PAGE_DONE -> producer.done(run);
      case TAKE_OVER -> producer.takeOver(run);
      case CANCEL -> producer.cancel(run);
      case RESUME -> producer.resume(run);
      case FORGET -> producer.forget(run);
      default -> readAll(run);
    }
  }

  private void start(HistoryStep step) {
    Mode mode =
        switch (step.b() % 8) {
          case 0, 1, 2 -> Mode.FULL;
          case 3, 4 -> Mode.INCREMENTAL;
          case 5 -> Mode.RECONCILE;
          case 6 -> Mode.DETAILS;
          default -> Mode.PERIOD;
        };
    boolean headersOnly = step.c() % 5 == 0;
    boolean blind = step.c() % 11 == 10;
    long max = step.c() % 4 == 3 ? 1 : Long.MAX_VALUE;
    producer.start(account(step.a()), mode, headersOnly, blind, max);
  }

  void readAll(ModelRun run) {
    for (int page = 0; page < 20 && run.phase == ModelRun.Phase.READING; page++) {
      producer.done(run);
      producer.read(run, 3, 0);
    }
  }

  private HeaderEvent.RefreshWanted refresh(HistoryStep step) {
    OrderKey key = key(step);
    return new HeaderEvent.RefreshWanted(key.account(), key.osId(), ModelClock.at(clock.now()));
  }

  void pass(long millis) {
    clock.pass(millis);
    passed += millis;
  }

  void settle(int mix) {
    ledger.work(mix, Duration.ofMillis(passed));
    passed = 0;
  }

  static String account(int which) {
    return ACCOUNTS.get(which % 4 == 3 ? 1 : 0);
  }

  private static OrderKey key(HistoryStep step) {
    return new OrderKey(account(step.a()), 1 + step.b() % ORDERS);
  }
}
