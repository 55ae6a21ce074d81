package dev.ordem.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void aShareIsTheSmallestValueThatSoManyDoNotExceed() {
    Spread spread = new Spread(List.of(4.0, 1.0, 3.0, 2.0));

    assertThat(spread.within(0)).isEqualTo(1);
    assertThat(spread.within(0.5)).isEqualTo(2);
    assertThat(spread.within(0.51)).isEqualTo(3);
    assertThat(spread.within(1)).isEqualTo(4);
    assertThat(spread.greatest()).isEqualTo(4);
    assertThat(spread.cells("s")).isEqualTo("4 | 1.00 s | 2.00 s | 4.00 s | 4.00 s");
  }
}
