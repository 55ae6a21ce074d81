package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Lane;
import dev.ordem.detail.ledger.decision.LedgerRules;
import org.junit.jupiter.api.Test;

class RequestWindowTest {
  private static final int MAX = 16;

  @Test
  void doublesWithEachQuickRoundTripWhileItIsFull() {
    RequestWindow window = RequestWindow.NEW;
    for (int trip = 0; trip < 3; trip++) {
      int out = window.size();
      for (int answer = 0; answer < out; answer++) {
        window = window.answered(at(trip), window.size(), at(trip).plusMillis(200), MAX);
      }
    }
    assertThat(window.size()).isEqualTo(16);
    assertThat(window.answered(at(9), 16, at(9), MAX).size()).as("the most").isEqualTo(MAX);
  }

  @Test
  void doesNotGrowWhileItIsNotWhatHoldsWorkBack() {
    assertThat(RequestWindow.NEW.answered(at(0), 1, at(0), MAX).size())
        .isEqualTo(LedgerRules.WINDOW_MIN);
  }

  @Test
  void isHalvedOnceForAllThatWasOutWhenItWasSlow() {
    RequestWindow window = new RequestWindow(16, at(0), at(0), null, null);
    for (int answer = 0; answer < 16; answer++) {
      window = window.answered(at(1), 16, at(3), MAX);
    }
    assertThat(window.size()).isEqualTo(8);
    assertThat(window.answered(at(4), 8, at(6), MAX).size()).isEqualTo(4);
  }

  @Test
  void isNeverSmallerThanTwo() {
    RequestWindow window = RequestWindow.NEW;
    for (int second = 0; second < 20; second += 2) {
      window = window.answered(at(second), 2, at(second + 1), MAX);
    }
    assertThat(window.size()).isEqualTo(LedgerRules.WINDOW_MIN);
  }

  @Test
  void aDeferredAnswerClosesItUntilHalfASecondBeforeTheTime() {
    RequestWindow window = RequestWindow.NEW.deferred(Lane.BACKFILL, at(0), at(60), at(1));
    assertThat(window.admits(Lane.HOT, 0, at(59))).isFalse();
    assertThat(window.admits(Lane.HOT, 0, at(60).minus(RequestWindow.EARLY))).isTrue();
  }

  @Test
  void theLatestTimeThatWasNamedCounts() {
    RequestWindow window =
        RequestWindow.NEW
            .deferred(Lane.BACKFILL, at(0), at(60), at(1))
            .deferred(Lane.BACKFILL, at(0), at(30), at(1));
    assertThat(window.admits(Lane.HOT, 0, at(40))).isFalse();
  }

  /** The fetcher's host is a day ahead, or an hour behind: for how long it says all the same. */
  @Test
  void aClosureIsAsLongAsWasSaidWhateverTheOtherClockShows() {
    int day = 24 * 60 * 60;
    assertThat(RequestWindow.closure(at(day + 60), at(day), at(1))).isEqualTo(at(61));
    assertThat(RequestWindow.closure(at(60 - 3600), at(-3600), at(1))).isEqualTo(at(61));
    assertThat(RequestWindow.closure(at(60), at(0), at(1)))
        .as("clocks that agree: the way of the answer makes it no longer")
        .isEqualTo(at(60));
    assertThat(RequestWindow.closure(at(day), at(0), at(1)))
        .as("longer than anything is left alone")
        .isEqualTo(at(1).plus(RequestWindow.LONGEST));
    assertThat(RequestWindow.closure(at(-9), at(0), at(1))).isEqualTo(at(-9));
  }

  @Test
  void aClockThatIsSetBackOpensWhatWasClosed() {
    RequestWindow window = RequestWindow.NEW.deferred(Lane.BACKFILL, at(3600), at(3660), at(3600));
    assertThat(window.admits(Lane.HOT, 0, at(10))).isTrue();
    RequestWindow again = window.deferred(Lane.BACKFILL, at(10), at(20), at(11));
    assertThat(again.admits(Lane.HOT, 0, at(12))).isFalse();
    assertThat(again.admits(Lane.HOT, 0, at(20))).isTrue();
  }

  @Test
  void whatPeopleWaitForGoesOutUntilItIsDeferredItself() {
    RequestWindow window = RequestWindow.NEW.deferred(Lane.BACKFILL, at(0), at(60), at(1));
    assertThat(window.admits(Lane.REFRESH, LedgerRules.WINDOW_MIN, at(2)))
        .as("one beyond")
        .isTrue();
    assertThat(window.admits(Lane.REFRESH, LedgerRules.WINDOW_MIN + 1, at(2))).isFalse();
    assertThat(window.deferred(Lane.REFRESH, at(2), at(60), at(3)).admits(Lane.REFRESH, 0, at(4)))
        .isFalse();
  }

  @Test
  void isFullWithAsManyOutAsItsSize() {
    assertThat(RequestWindow.NEW.admits(Lane.HOT, 1, at(0))).isTrue();
    assertThat(RequestWindow.NEW.admits(Lane.HOT, 2, at(0))).isFalse();
  }
}
