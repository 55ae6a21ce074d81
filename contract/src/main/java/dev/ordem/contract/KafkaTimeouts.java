package dev.ordem.contract;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * How long every client of Kafka waits, in one place: whoever is killed is replaced as soon in one
 * service as in another, and a broker that does not answer is noticed as soon.
 *
 * <p>With a session of 6 s the partitions of a sink, fetcher or ledger that was killed are
 * another's within 15 s. A shorter one would put out who pauses to collect garbage. Immutable.
 */
public final class KafkaTimeouts {
  private static final int SESSION_MILLIS = 6_000;

  /** A record is answered with at once; only who waits for none asks again, this much later. */
  private static final int IDLE_FETCH_MILLIS = 2_000;

  private static final int CALL_MILLIS = 15_000;
  private static final int REQUEST_MILLIS = 10_000;

  private KafkaTimeouts() {}

  /** Of a consumer that shares partitions with others. */
  public static Map<String, Object> member() {
    return Map.of(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        SESSION_MILLIS,
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        SESSION_MILLIS / 4,
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        IDLE_FETCH_MILLIS);
  }

  /** Of an admin client: who starts a service while no broker answers is told so soon. */
  public static Map<String, Object> admin() {
    return Map.of(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        CALL_MILLIS,
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
        REQUEST_MILLIS);
  }
}
