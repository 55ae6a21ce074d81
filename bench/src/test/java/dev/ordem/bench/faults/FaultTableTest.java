package dev.ordem.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultTableTest {
  private static final Duration MOST = Duration.ofSeconds(15);

  private final FaultTable table = new FaultTable();

  @Test
  void likeProcessesShareALine() {
    table.add(List.of(killed("sink-1")), Duration.ofSeconds(2), MOST, 0);
    table.add(List.of(killed("sink-2"), killed("kafka")), Duration.ofSeconds(9), MOST, 1);
    assertThat(table.lines())
        .contains(
            "| sink: SIGKILL | 2 | 1 | 2.0 s | 2.0 s | 9.0 s | 9.0 s | 1 |",
            "| kafka: SIGKILL | 1 | 0 | |  | 9.0 s | 9.0 s | 1 |");
    assertThat(table.faults()).isEqualTo(3);
    assertThat(table.differences()).isEqualTo(1);
  }

  @Test
  void whoNeedsLongerThanItMayIsLate() {
    table.add(List.of(killed("sink-1")), MOST, MOST, 0);
    assertThat(table.late()).isZero();
    table.add(List.of(killed("sink-1")), MOST.plusMillis(1), MOST, 0);
    assertThat(table.late()).isEqualTo(1);
  }

  private static Fault killed(String name) {
    return new Fault(FaultKind.KILL, name, 100, 100, 0);
  }
}
