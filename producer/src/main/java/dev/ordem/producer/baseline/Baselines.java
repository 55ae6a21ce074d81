package dev.ordem.producer.baseline;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Generations.Generation;
import dev.ordem.producer.runs.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that each account lives in a generation of the present Kafka, Postgres and ledger, and
 * begins one with a baseline where it does not; one producer at a time for an account. Thread safe.
 */
public final class Baselines {
  private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);
  private static final Duration REST = Duration.ofMillis(250);

  /** Baselines that are written at once; each holds a connection, and asks for others. */
  private static final int AT_ONCE = 2;

  private static final String REPAIR =
      """
      INSERT INTO repair (account, partitions, extras, requested_by)
      VALUES (?, ?, false, 'baseline') RETURNING id
      """;

  private static final String BEHIND =
      """
      SELECT (e.number - 1)::int FROM unnest(?) WITH ORDINALITY AS e (next_offset, number)
        LEFT JOIN sink_position p ON p.topic = ? AND p.topic_id = ? AND p.partition = e.number - 1
      WHERE e.next_offset > coalesce(p.next_offset, 0) ORDER BY 1
      """;

  private final DataSource source;
  private final KafkaState kafka;
  private final Generations generations;
  private final Baseline baseline;
  private final History history;
  private final Clock clock;
  private final Map<String, UUID> lost = new ConcurrentHashMap<>();
  private final Map<String, Asked> repairs = new ConcurrentHashMap<>();
  private final Map<String, Object> asking = new ConcurrentHashMap<>();
  private final Semaphore writing = new Semaphore(AT_ONCE);

  /**
   * Does no I/O.
   *
   * @param writer to {@code os-headers} and {@code os-status-changes}
   */
  public Baselines(DataSource source, Clients clients, RecordWriter writer, Clock clock) {
    this.source = source;
    this.kafka = new KafkaState(clients.admin);
    this.generations = new Generations(source);
    this.baseline = new Baseline(source, writer);
    this.history = new History(source, clients.consumers, writer);
    this.clock = clock;
  }

  /**
   * How Kafka is asked.
   *
   * @param consumers of no group, that see what is committed only; each is closed after use
   */
  public record Clients(Supplier<Admin> admin, Supplier<Consumer<byte[], byte[]>> consumers) {}

  Generations generations() {
    return generations;
  }

  /** The ledger was found not to know this generation of the account; of a later one it may. */
  void lost(String account, UUID generation) {
    lost.put(account, generation);
  }

  /** How far Kafka's topics go now. */
  Long[] ends(BackendIdentity identity) throws InterruptedException {
    return kafka.ends(identity.partitions());
  }

  /** Who Kafka and Postgres are now. */
  BackendIdentity identity() throws SQLException, InterruptedException {
    return kafka.identity(generations.postgres());
  }

  /**
   * The present generation of an account, begun if need be.
   *
   * @return empty if it was told to stop waiting
   * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
   */
  public Optional<UUID> ensure(String account, GenerationWait waiting)
      throws SQLException, InterruptedException {
    BackendIdentity identity = identity();
    do {
      Optional<Generation> newest = generations.newest(account);
      if (newest.isPresent() && isPresent(newest.get(), identity, ends(identity))) {
        repairs.remove(account);
        return newest.map(Generation::id);
      }
      if (!begin(account, identity, newest.map(Generation::id), waiting)) {
        waiting.tell("waiting: the ledger is told what Postgres knows already");
      }
    } while (!waiting.pause(REST));
    return Optional.empty();
  }

  /**
   * Whether it is the one of the present Kafka, Postgres and ledger; notes how far Kafka goes.
   *
   * @param ends of Kafka's topics, asked for after {@code generation} was read
   */
  boolean isPresent(Generation generation, BackendIdentity identity, Long[] ends)
      throws SQLException {
    if (!generation.identity().equals(identity)
        || generation.wentBack()
        || generation.id().equals(lost.get(generation.account()))) {
      return false;
    }
    if (generation.isAheadOf(ends)) {
      LOG.warn("{}: Kafka is an older copy of itself: {}", generation.account(), generation.id());
      generations.goneBack(generation);
      return false;
    }
    generations.reached(generation, ends);
    return true;
  }

  /**
   * Whether it was begun here, or elsewhere since. Nobody holds a connection while a sink is waited
   * for: of many accounts that begin together each would, and leave none for what else is done.
   *
   * @param found the generation that was found not to be the present one
   */
  private boolean begin(
      String account, BackendIdentity identity, Optional<UUID> found, GenerationWait waiting)
      throws SQLException, InterruptedException {
    Optional<Generation> before = generations.newest(account);
    if (!before.map(Generation::id).equals(found)) {
      return true;
    }
    // Kafka holds less than it did: Postgres is the newer side.
    boolean wentBack = before.filter(Generation::wentBack).isPresent();
    int partitions = identity.partitions();
    if (!wentBack
        && kafka.holds(Topics.OS_ENRICHED, partitions)
        && !repaired(account, new Place(found, identity), waiting)) {
      return false;
    }
    if (!toldOfWork(partitions, waiting)) {
      return false;
    }
    if (!writing.tryAcquire()) {
      return false;
    }
    try (Connection lock = source.getConnection()) {
      if (!locked(lock, "pg_try_advisory_lock", account)) {
        return false;
      }
      try {
        Optional<Generation> now = generations.newest(account);
        if (!now.map(Generation::id).equals(found)) {
          return true;
        } else if (now.filter(Generation::wentBack).isPresent() != wentBack) {
          return false;
        }
        repairs.remove(account); // good for one, however that ends
        write(account, identity, wentBack);
        return true;
      } finally {
        locked(lock, "pg_advisory_unlock", account);
      }
    } finally {
      writing.release();
    }
  }

  private void write(String account, BackendIdentity identity, boolean wentBack)
      throws SQLException, InterruptedException {
    int partitions = identity.partitions();
    Generation generation =
        new Generation(account, UUID.randomUUID(), identity, kafka.ends(partitions), false);
    baseline.stamp(account, partitions);
    baseline.forgetWork(account);
    baseline.goOnFromLatest(account, clock.instant());
    long changes = history.tellAgain(account, partitions, wentBack);
    long orders = baseline.write(account, generation.id(), partitions, clock.instant());
    generations.begin(generation, kafka.ends(Topics.SYNC_RUN_PROGRESS, partitions));
    LOG.info(
        "{}: generation {} begins with {} orders; {} status changes were told again",
        account,
        generation.id(),
        orders,
        changes);
  }

  /**
   * Has a sink bring Postgres up to what the topics know; false: told to stop. Whoever could not
   * ask how far that is, or not begin at once when it was over, goes on with the same repair.
   */
  private boolean repaired(String account, Place place, GenerationWait waiting)
      throws SQLException, InterruptedException {
    long repair = asked(account, place);
    if (!done(account, repair)) {
      waiting.tell(
          "waiting for a sink to compare Postgres with the topics (repair " + repair + ")");
      do {
        if (waiting.pause(REST)) {
          repairs.remove(account);
          return false;
        }
      } while (!done(account, repair));
    }
    return true;
  }

  /**
   * Has a sink store what Kafka holds of work now; false: told to stop. Else what is forgotten of
   * work would come back out of the topic, and nobody would ever say that it is done. Kafka may be
   * replaced by one that holds less meanwhile.
   */
  private boolean toldOfWork(int partitions, GenerationWait waiting)
      throws SQLException, InterruptedException {
    Long[] ends = kafka.ends(Topics.OS_SYNC_STATE, partitions);
    List<Integer> behind = behind(ends);
    while (!behind.isEmpty()) {
      waiting.tell(
          "waiting for a sink to store what the topics tell of work (partitions " + behind + ")");
      if (waiting.pause(REST)) {
        return false;
      }
      Long[] now = kafka.ends(Topics.OS_SYNC_STATE, partitions);
      Arrays.setAll(ends, partition -> Math.min(ends[partition], now[partition]));
      behind = behind(ends);
    }
    return true;
  }

  /** Partitions of the topic of work of which Postgres does not hold all up to there. */
  private List<Integer> behind(Long[] ends) throws SQLException, InterruptedException {
    Topic<?> work = Topics.OS_SYNC_STATE;
    String id = kafka.topicId(work);
    return Sql.list(source, BEHIND, row -> row.getInt(1), ends, work.name(), id);
  }

  /** Whoever else waits for the account's generation waits for the same repair. */
  private long asked(String account, Place place) throws SQLException {
    synchronized (asking.computeIfAbsent(account, name -> new Object())) {
      Asked asked = repairs.get(account);
      if (asked != null && asked.place().equals(place)) {
        return asked.repair();
      }
      Integer[] all =
          IntStream.range(0, place.identity().partitions()).boxed().toArray(Integer[]::new);
      long repair = Sql.first(source, REPAIR, row -> row.getLong(1), account, all).orElseThrow();
      repairs.put(account, new Asked(place, repair));
      return repair;
    }
  }

  /** A baseline of rows that may be behind what was told would use sequences twice. */
  private boolean done(String account, long repair) throws SQLException {
    String sql = "SELECT done_at IS NOT NULL, error FROM repair WHERE id = ?";
    Optional<Ended> ended =
        Sql.first(source, sql, row -> new Ended(row.getBoolean(1), row.getString(2)), repair);
    if (ended.isPresent() && ended.get().error() != null) {
      repairs.remove(account);
      throw new SQLException(
          "repair " + repair + " before a baseline failed; its row in the table repair says why");
    }
    return ended.map(Ended::done).orElse(true);
  }

  /**
   * Where an account is to leave from.
   *
   * @param before the generation that was found not to be the present one
   */
  private record Place(Optional<UUID> before, BackendIdentity identity) {}

  private record Asked(Place place, long repair) {}

  private record Ended(boolean done, @Nullable String error) {}

  private static boolean locked(Connection connection, String function, String account)
      throws SQLException {
    return Sql.list(
            connection,
            "SELECT " + function + "(hashtextextended('ordem baseline ' || ?, 0))",
            row -> row.getBoolean(1),
            account)
        .get(0);
  }
}
