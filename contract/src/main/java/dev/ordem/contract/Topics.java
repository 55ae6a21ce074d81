package dev.ordem.contract;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;

/** Every topic, in the order in which data flows through them: the map of the system. */
public final class Topics {
  /**
   * The state of each run, as the book of runs in Postgres has it; for other teams. A forgotten run
   * leaves a tombstone. Key: run id.
   */
  public static final Topic<RunState> SYNC_RUNS =
      new Topic<>("sync-runs", json(RunState.class, 2), true, compacted());

  /**
   * Headers seen, the markers of runs and accounts in every partition, and what people want read.
   * Key: order key; of markers the run id or the account.
   */
  public static final Topic<HeaderEvent> OS_HEADERS =
      new Topic<>("os-headers", json(HeaderEvent.class, 2), false, kept(Duration.ofDays(7)));

  /** Details to fetch now. Key: order key. */
  public static final Topic<DetailRequest> OS_DETAIL_REQUESTS =
      new Topic<>("os-detail-requests", json(DetailRequest.class), false, kept(Duration.ofDays(1)));

  /** How each request ended. Key: order key. */
  public static final Topic<DetailResult> OS_DETAIL_RESULTS =
      new Topic<>("os-detail-results", json(DetailResult.class), false, kept(Duration.ofDays(3)));

  /** Each order as known now; a tombstone when it is removed. Key: order key. */
  public static final Topic<EnrichedOrder> OS_ENRICHED =
      new Topic<>("os-enriched", json(EnrichedOrder.class), false, compacted());

  /**
   * Each transition once, in order for each order; no personal data. What Postgres gave back to a
   * topic that had lost it carries {@link StatusChange#RETOLD}. Key: order key.
   */
  public static final Topic<StatusChange> OS_STATUS_CHANGES =
      new Topic<>("os-status-changes", json(StatusChange.class), false, forever());

  /** The work state of each order. Key: order key. */
  public static final Topic<SyncState> OS_SYNC_STATE =
      new Topic<>("os-sync-state", json(SyncState.class), false, compacted());

  /**
   * What the ledger knows of a run in each partition, and what it holds of each account there. Key:
   * see {@link RunProgress#key} and {@link AccountCertificate#key}.
   */
  public static final Topic<LedgerReport> SYNC_RUN_PROGRESS =
      new Topic<>("sync-run-progress", json(LedgerReport.class, 2), false, compacted());

  /** Records that no one could read or write, as they were; see {@link DeadLetter}. */
  public static final Topic<byte[]> DLQ =
      new Topic<>("ordem.dlq", Serdes.ByteArray(), true, kept(Duration.ofDays(30)));

  private Topics() {}

  /** All of them, in flow order. */
  public static List<Topic<?>> all() {
    return List.of(
        SYNC_RUNS,
        OS_HEADERS,
        OS_DETAIL_REQUESTS,
        OS_DETAIL_RESULTS,
        OS_ENRICHED,
        OS_STATUS_CHANGES,
        OS_SYNC_STATE,
        SYNC_RUN_PROGRESS,
        DLQ);
  }

  private static <T extends Event> JsonSerde<T> json(Class<T> type) {
    return json(type, 1);
  }

  private static <T extends Event> JsonSerde<T> json(Class<T> type, int schema) {
    return new JsonSerde<>(type, schema);
  }

  private static Map<String, String> kept(Duration time) {
    return config(TopicConfig.CLEANUP_POLICY_DELETE, time.toMillis());
  }

  private static Map<String, String> forever() {
    return config(TopicConfig.CLEANUP_POLICY_DELETE, -1);
  }

  private static Map<String, String> compacted() {
    return config(TopicConfig.CLEANUP_POLICY_COMPACT, -1);
  }

  private static Map<String, String> config(String cleanup, long retentionMillis) {
    Map<String, String> config = new HashMap<>(RecordLimits.ofTopic());
    config.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup);
    config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retentionMillis));
    config.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    return Map.copyOf(config);
  }
}
