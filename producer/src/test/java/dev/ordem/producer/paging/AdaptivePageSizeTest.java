package dev.ordem.producer.paging;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AdaptivePageSizeTest {
  @Test
  void aPageIsOfTheUsualSizeUntilOneFails() {
    AdaptivePageSize window = new AdaptivePageSize(100);
    assertThat(window.limit(0)).isEqualTo(100);
    window.read(0, 100);
    assertThat(window.limit(99)).isEqualTo(100);
    window.failed(99, false);
    assertThat(window.limit(99)).isEqualTo(50);
    window.passed();
    assertThat(window.limit(99)).isEqualTo(100);
  }

  @Test
  void pagesThatTimeOutGetSmallInTwoSteps() {
    AdaptivePageSize window = new AdaptivePageSize(100);
    window.failed(0, true);
    assertThat(window.limit(0)).isEqualTo(6);
    window.failed(0, true);
    assertThat(window.least(0)).isTrue();
  }

  @Property(tries = 500)
  void aRowAtFaultIsFoundInFewPages(
      @ForAll @IntRange(min = 1, max = 99) int fault,
      @ForAll @IntRange(min = 2, max = 100) int usual) {
    AdaptivePageSize window = new AdaptivePageSize(usual);
    long offset = (long) fault / usual * usual;
    int calls = 0;
    while (true) {
      int limit = window.limit(offset);
      calls++;
      boolean fails = offset <= fault && fault < offset + limit;
      if (fails && window.least(offset)) {
        break;
      } else if (fails) {
        window.failed(offset, false);
      } else {
        window.read(offset, limit);
        offset += limit - 1;
      }
    }
    assertThat(offset).isBetween(fault - 1L, (long) fault);
    assertThat(calls).isLessThanOrEqualTo(20);
  }
}
