package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.HistoryStep.Kind.ANSWER_ALL;
import static dev.ordem.detail.ledger.HistoryStep.Kind.CHANGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.DELETE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.GARBAGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.JUDGE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.LOSE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.PAGE_TWICE;
import static dev.ordem.detail.ledger.HistoryStep.Kind.READ;
import static dev.ordem.detail.ledger.HistoryStep.Kind.READ_ALL;
import static dev.ordem.detail.ledger.HistoryStep.Kind.START;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories, made short, in which the ledger once broke a promise. */
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
}
