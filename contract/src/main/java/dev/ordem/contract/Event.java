package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;

/**
 * Anything that a topic of ours carries. Immutable, so safe to share between threads.
 *
 * <p>The three methods feed the CloudEvents attributes of the record's headers; they are not part
 * of the value.
 */
public sealed interface Event
    permits RunState, HeaderEvent, OrderEvent, DetailResult, LedgerReport {

  /** Name of the Tiny account that this is about: CloudEvents' {@code source}. */
  String account();

  /**
   * What it is about within the account, an order's or a run's id: CloudEvents' {@code subject}.
   */
  @JsonIgnore
  String subject();

  /** When it happened: CloudEvents' {@code time}. */
  @JsonIgnore
  Instant time();
}
