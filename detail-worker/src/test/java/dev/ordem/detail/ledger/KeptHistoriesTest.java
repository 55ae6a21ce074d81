package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.HistoryStep.Kind.ANSWER_ALL;
import static dev.ordem.detail.ledger.HistoryStep.Kind.CHANGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.CLOCK;
import static dev.ordem.detail.ledger.HistoryStep.Kind.DELETE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.GARBAGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.JUDGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.LOSE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.PAGE_TWICE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.PASS;
import static dev.ordem.detail.ledger.HistoryStep.Kind.READ;
import static dev.ordem.detail.ledger.HistoryStep.Kind.READ_ALL;
import static dev.ordem.detail.ledger.HistoryStep.Kind.REFRESH;
import static dev.ordem.detail.ledger.HistoryStep.Kind.START;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories, made short, in which a promise was once broken, or seemed to be. */
class KeptHistoriesTest {
  /** The header of its first reading comes again, behind the baseline of a ledger that was lost. */
  @Test
  void whatARunSawBeforeTheLedgerWasLostIsDeletedBeforeItIsReadAnew() {
    LedgerHistoryPropertyTest.tell(
        List.of(
            new HistoryStep(START, 0, 0, 0),
            new HistoryStep(CHANGE, 0, 1, 0),
            new HistoryStep(GARBAGE, 0, 4, 0),
            new HistoryStep(ANSWER_ALL, 0, 0, 0),
            new HistoryStep(READ_ALL, 0, 0, 0),
            new HistoryStep(START, 0, 6, 0),
            new HistoryStep(LOSE, 0, 0, 0),
            new HistoryStep(READ, 0, 0, 0),
            new HistoryStep(DELETE, 0, 1, 0),
            new HistoryStep(JUDGE, 0, 0, 0),
            new HistoryStep(PAGE_TWICE, 0, 0, 0)));
  }

  /** A person wants an order whose request went out before the clock was set back. */
  @Test
  void aRequestOfBeforeTheClockWasSetBackIsLostAsSoonAsAnyOther() {
    LedgerHistoryPropertyTest.tell(
        List.of(
            new HistoryStep(START, 0, 0, 1),
            new HistoryStep(CLOCK, 2, 0, 0),
            new HistoryStep(CHANGE, 0, 4, 0),
            new HistoryStep(READ_ALL, 0, 0, 0),
            new HistoryStep(CLOCK, 0, 0, 0),
            new HistoryStep(REFRESH, 0, 4, 0),
            new HistoryStep(PASS, 4, 0, 0)));
  }

  /** Two requests are lost in one moment; with the first of them a run settles. */
  @Test
  void aCertificateHoldsWhatWasToldBeforeIt() {
    LedgerHistoryPropertyTest.tell(
        List.of(
            new HistoryStep(CHANGE, 0, 0, 0),
            new HistoryStep(START, 0, 0, 1),
            new HistoryStep(READ_ALL, 0, 0, 0),
            new HistoryStep(PASS, 4, 0, 0),
            new HistoryStep(PASS, 2, 0, 0),
            new HistoryStep(PASS, 4, 0, 0),
            new HistoryStep(CLOCK, 2, 0, 0),
            new HistoryStep(GARBAGE, 1, 4, 0),
            new HistoryStep(PASS, 4, 0, 0)));
  }
}
