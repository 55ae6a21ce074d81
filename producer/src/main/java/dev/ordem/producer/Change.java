package dev.ordem.producer;

import dev.ordem.contract.RunState;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A run's next state, and the records that become visible together with it.
 *
 * @param records written before the state, in this order
 */
record Change(RunState state, List<ProducerRecord<byte[], byte[]>> records) {
  static Change to(RunState state) {
    return new Change(state, List.of());
  }
}
