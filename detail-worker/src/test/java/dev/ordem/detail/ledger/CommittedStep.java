package dev.ordem.detail.ledger;

import dev.ordem.contract.Event;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition did between two records, once its transaction was committed.
 *
 * @param host what the clock of its host said
 */
record CommittedStep(int partition, Instant host, Cause cause, List<Output> outputs) {
  sealed interface Cause {}

  /**
   * A record.
   *
   * @param shown what it shows of an order and when that was so; null: it shows nothing
   * @param sound whether anything that Ordem writes could have written it
   */
  record Heard(String key, @Nullable Event event, ModelTiny.@Nullable Shown shown, boolean sound)
      implements Cause {}

  /** Time passed. */
  record Moment() implements Cause {}

  /**
   * A processor began.
   *
   * @param lost whether with empty stores
   */
  record Begun(boolean lost) implements Cause {}

  record Output(String topic, String key, @Nullable Object value, @Nullable String reason) {}
}
