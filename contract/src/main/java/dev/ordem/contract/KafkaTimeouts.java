package dev.ordem.contract;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How long every client of Kafka waits, in one place: whoever is killed is replaced as soon in one
 * service as in another, and a broker that does not answer is noticed as soon.
 *
 * <p>With a session of 6 s the partitions of a sink, fetcher or ledger that was killed are
 * another's within 15 s. A shorter one would put out who pauses to collect garbage. Immutable.
 */
public final class KafkaTimeouts {
  private static final int SESSION_MILLIS = 6_000;
  private static final int CALL_MILLIS = 15_000;
  private static final int REQUEST_MILLIS = 10_000;
  private static final int POLL_MILLIS = 15_000;
  private static final int WAIT_MILLIS = 2_000;
  private static final int LOOK_MILLIS = 500;

  private KafkaTimeouts() {}

  /**
   * Of a consumer that shares partitions with others. Between two looks at whether to send a
   * heartbeat a consumer waits as long as before it tries anything again.
   */
  public static Map<String, Object> member() {
    return Map.of(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
        SESSION_MILLIS,
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        SESSION_MILLIS / 3,
        CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG,
        LOOK_MILLIS);
  }

  /**
   * Of a consumer that waits for work, all night long. A record ends the broker's wait at once, so
   * this is not how late one can be; but a partition that is new to the consumer is read from only
   * when the wait for the others is over, and so is the consumer closed.
   */
  public static Map<String, Object> waiting() {
    return Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, WAIT_MILLIS);
  }

  /**
   * Of the ledger's consumer, besides {@link #member()}. A step takes milliseconds, so a poll that
   * is later than this is one that never comes; it is also how long a rebalance waits for it. A
   * call gives up before: whoever asks for the committed offsets while another's transaction is
   * still open there would else be put out of the group for waiting, and the next would wait for
   * him.
   */
  public static Map<String, Object> ledger() {
    return Map.of(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
        POLL_MILLIS,
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        POLL_MILLIS / 3);
  }

  /**
   * Of a producer: what the brokers have not taken by then has failed, for now. Whoever waits for
   * it is told in time, and what is to be there is sent again. Nothing waits to be sent together.
   */
  public static Map<String, Object> producer() {
    return Map.of(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        2 * REQUEST_MILLIS,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        REQUEST_MILLIS,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        2L * REQUEST_MILLIS,
        ProducerConfig.LINGER_MS_CONFIG,
        0L);
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
