package dev.ordem.detail.ledger;

/**
 * One step of a history, as data, so that a history that breaks a promise can be made shorter. What
 * the numbers mean depends on the kind; each is taken modulo what there is to choose from.
 */
record HistoryStep(Kind kind, int a, int b, int c) {
  enum Kind {
    /** An order gets another status, or appears. */
    CHANGE(8),
    /** What list and detail show of an order is edited. */
    EDIT_LISTED(2),
    /** What only the detail shows is edited. */
    EDIT_DETAIL(2),
    EDIT_CUSTOMER(1),
    DELETE(3),
    START(6),
    READ(12),
    READ_ALL(7),
    /** A page that was asked for is there. */
    PAGE_DONE(6),
    TAKE_OVER(3),
    /** A producer that lost its run writes the page that it had asked for. */
    LATE_PAGE(3),
    PAGE_TWICE(2),
    WATCH(6),
    CANCEL(3),
    RESUME(3),
    FORGET(1),
    JUDGE(4),
    REFRESH(3),
    REQUEUE(2),
    HOLD(2),
    /** The fetcher asks Tiny; the answer comes later. */
    ASK(6),
    ANSWER(14),
    ANSWER_ALL(5),
    ANSWER_AGAIN(3),
    PASS(10),
    /** A partition reads nothing for some steps. */
    STALL(3),
    /** A transaction stays open for some steps. */
    OPEN(4),
    CRASH(4),
    CLOCK(2),
    LOSE(1),
    BASELINE(1),
    GARBAGE(2);

    /** How often it happens, compared with the others. */
    final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  @Override
  public String toString() {
    return kind + "(" + a + "," + b + "," + c + ")";
  }
}
