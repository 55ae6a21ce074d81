package dev.ordem.detail.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

class LedgerHealthTest {
  @Test
  void aLedgerThatWorksWithAllItsThreadsIsUp() {
    assertThat(Ledger.health(KafkaStreams.State.RUNNING, 2, 2).ready()).isTrue();
    assertThat(Ledger.health(KafkaStreams.State.REBALANCING, 2, 2).live()).isTrue();
    assertThat(Ledger.health(KafkaStreams.State.REBALANCING, 2, 2).ready()).isFalse();
  }

  @Test
  void aThreadThatIsBeingReplacedIsNotLost() {
    assertThat(Ledger.health(KafkaStreams.State.RUNNING, 3, 2).ready()).isTrue();
  }

  @Test
  void aThreadThatDiedAndWasNotReplacedEndsIt() {
    assertThat(Ledger.health(KafkaStreams.State.RUNNING, 1, 2).live()).isFalse();
    assertThat(Ledger.health(KafkaStreams.State.REBALANCING, 0, 2).live()).isFalse();
  }
}
