package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IdListTest {
  /** A positive number is added, a negative one removes what it is the negative of. */
  @Property
  void isASortedSet(@ForAll List<@LongRange(min = -40, max = 40) Long> changes) {
    IdList list = new IdList();
    TreeSet<Long> set = new TreeSet<>();
    for (long change : changes) {
      if (change > 0) {
        list.add(change);
        set.add(change);
      } else {
        list.remove(-change);
        set.remove(-change);
      }
    }
    List<Long> found = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      found.add(list.get(i));
    }
    assertThat(found).isEqualTo(List.copyOf(set));
  }

  @Test
  void beyondTheEndThereIsNothing() {
    IdList list = IdList.of(new long[] {5, 3});
    assertThat(list.get(0)).isEqualTo(3);
    assertThatThrownBy(() -> list.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
