package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeJournalTest {
  private final Path directory;
  private final SettableClock clock = new SettableClock("2026-03-02T12:00:00Z");

  ChangeJournalTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void aRestartedSimulatorHasTheTruthOfTheOneBeforeAndGoesOnFromThere() {
    List<OrderTruth> before;
    try (TinySimulator tiny = simulator(30).start()) {
      doOneOfEach(tiny.account());
      before = tiny.account().truth();
    }
    clock.go(Duration.ofDays(3));
    List<OrderTruth> later;
    try (TinySimulator tiny = simulator(30).start()) {
      assertThat(tiny.account().truth()).isEqualTo(before);
      tiny.account().advance(10);
      later = tiny.account().truth();
      assertThat(later).isNotEqualTo(before);
    }
    try (TinySimulator tiny = simulator(30).start()) {
      assertThat(tiny.account().truth()).isEqualTo(later);
    }
  }

  @Test
  void aKillLosesAtMostTheLineItCutShort() throws Exception {
    List<OrderTruth> before;
    TinySimulator killed = simulator(30).start();
    killed.account().advance(20);
    before = killed.account().truth();
    killed.account().advance(1);
    Path file = directory.resolve("demo.jsonl");
    String text = Files.readString(file);
    killed.close();
    Files.writeString(file, text.substring(0, text.length() - 5));
    for (int start = 0; start < 2; start++) {
      try (TinySimulator tiny = simulator(30).start()) {
        assertThat(tiny.account().truth()).isEqualTo(before);
      }
    }
  }

  @Test
  void aDiaryOfAnotherAccountIsRefusedWithWhatToSetAndFreesThePort() {
    simulator(30).start().close();
    TinySimulator other = simulator(31);
    assertThatThrownBy(other::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("SIMULATOR_ORDERS=30", directory.toString());
    simulator(30).start().close();
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    TinySimulator tiny = new TinySimulator(SimulatorSettings.inProcess().withState(file), clock);
    assertThatThrownBy(tiny::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContainingAll("SIMULATOR_STATE", file.toString());
  }

  private static void doOneOfEach(SimulatedAccount account) {
    account.advance(100);
    long id = account.createOrder();
    account.setSituacao(id, 6);
    account.setObservacoes(id, "duas\nlinhas \"e\" aspas");
    account.setMarcadores(id, List.of("um", "dois"));
    account.setTelefone(id, "(11) 1");
    account.forgetSerial(id);
    account.deleteOrder(account.orderIds().get(0));
    account.advance(100);
  }

  private TinySimulator simulator(int orders) {
    return new TinySimulator(
        SimulatorSettings.inProcess().withOrders(orders).withState(directory), clock);
  }
}
