package dev.ordem.producer.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class EdgeSearchTest {
  @Property(tries = 1000)
  void theEndOfARangeIsFoundInFewSteps(
      @ForAll @LongRange(min = 1, max = 100_000) long edge,
      @ForAll @LongRange(min = 0, max = 100_000) long more) {
    EdgeSearch search = new EdgeSearch(edge + more);
    int steps = run(search, at -> at >= edge);
    assertThat(search.found()).isTrue();
    assertThat(search.edge()).isEqualTo(edge);
    assertThat(steps).isLessThanOrEqualTo((int) Math.min(edge + 4, 120));
  }

  @Property(tries = 1000)
  void whateverIsSeenItEndsBesideARowThatCannotBeRead(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = 3_000) long most) {
    boolean[] readable = new boolean[(int) most + 1];
    Random random = new Random(seed);
    for (int i = 1; i <= most; i++) {
      readable[i] = random.nextInt(4) == 0;
    }
    EdgeSearch search = new EdgeSearch(most);
    assertThat(run(search, at -> readable[(int) at])).isLessThanOrEqualTo(70);
    if (search.found()) {
      assertThat(readable[(int) search.edge()]).isTrue();
      assertThat(readable[(int) search.edge() - 1]).isFalse();
    } else {
      assertThat(most == 0 || !readable[(int) most]).isTrue();
    }
  }

  @Test
  void whereNothingCanBeReadItEndsAtTheLastOne() {
    EdgeSearch search = new EdgeSearch(300);
    assertThat(run(search, at -> false)).isLessThanOrEqualTo(45);
    assertThat(search.found()).isFalse();
  }

  private static int run(EdgeSearch search, LongPredicate readable) {
    int steps = 0;
    for (; !search.over(); steps++) {
      search.saw(readable.test(search.next()));
    }
    return steps;
  }
}
