package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class OrderKeyTest {
  @Property
  void everyKeyReadsBack(@ForAll @LongRange(min = 1) long id) {
    OrderKey key = new OrderKey("loja-1", id);
    assertThat(OrderKey.parse(key.toString())).isEqualTo(key);
  }

  @Test
  void one() {
    assertThat(OrderKey.parse("a:1").osId()).isEqualTo(1);
  }
}
