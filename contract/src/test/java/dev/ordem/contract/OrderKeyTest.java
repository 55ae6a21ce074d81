package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderKeyTest {
  @Property
  void everyKeyReadsBack(@ForAll @LongRange(min = 1) long id) {
    OrderKey key = new OrderKey("loja-1", id);
    assertThat(OrderKey.parse(key.toString())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "loja", "loja:", "loja:x", "loja:0", "loja:-1", "Loja:1", "a:b:1"})
  void whatIsNoKeyIsRefusedByName(String text) {
    assertThatThrownBy(() -> OrderKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
