package dev.ordem.sink.repair;

import dev.ordem.contract.Topics;
import dev.ordem.sink.tables.SqlFailure;
import dev.ordem.sink.tables.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out repairs, one at a time, and forgets failures that were resolved long ago. */
public final class RepairLoop {
  private static final Logger LOG = LoggerFactory.getLogger(RepairLoop.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration FORGET = Duration.ofHours(1);

  private static final String CLEAN =
      "DROP TABLE IF EXISTS pg_temp.repair_os_seen, pg_temp.repair_os_suspect,"
          + " pg_temp.repair_history_seen, pg_temp.repair_history_first,"
          + " pg_temp.repair_history_suspect";

  private final DataSource database;
  private final Store store;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Clock clock;
  private final RepairQueue queue;
  private final ResolvedFailures resolved;
  private Instant forget = Instant.MIN;
  private String waitsFor = "";

  /**
   * @param store for this loop alone
   * @param consumers of no group, that see what is committed only; each is closed after a repair
   */
  public RepairLoop(
      DataSource database, Store store, Supplier<Consumer<byte[], byte[]>> consumers, Clock clock) {
    this.database = database;
    this.store = store;
    this.consumers = consumers;
    this.clock = clock;
    this.queue = new RepairQueue(database, UUID.randomUUID());
    this.resolved = new ResolvedFailures(database);
  }

  /** Works as long as {@code running} says so. */
  public void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        if (turn()) {
          continue;
        }
      } catch (SQLException e) {
        String why = String.valueOf(e.getMessage());
        if (SqlFailure.of(e) != SqlFailure.CONFLICT && !why.equals(waitsFor)) {
          LOG.warn("repairs wait: {}", why);
        }
        waitsFor = why;
        LOG.debug("because", e);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
  }

  /** Whether there was something to do, and it is done. */
  boolean turn() throws SQLException, InterruptedException {
    if (!clock.instant().isBefore(forget) && !resolved.forgetOld()) {
      forget = clock.instant().plus(FORGET);
    }
    Optional<Repair> taken = queue.take();
    return taken.isPresent() && carryOut(taken.get());
  }

  private boolean carryOut(Repair repair) throws SQLException, InterruptedException {
    try {
      repair(repair);
      return true;
    } catch (Lease.LostException e) {
      LOG.warn("repair {} is left to another sink: {}", repair.id(), e.getMessage());
    } catch (InterruptException e) {
      throw new InterruptedException(e.getMessage());
    } catch (SQLException e) {
      if (SqlFailure.of(e) == SqlFailure.AWAY || SqlFailure.of(e) == SqlFailure.CONFLICT) {
        later(repair, e);
      } else {
        fail(repair, e);
      }
    } catch (KafkaException e) {
      if (e instanceof RetriableException) {
        later(repair, e);
      } else {
        fail(repair, e);
      }
    }
    return false;
  }

  private void later(Repair repair, Exception why) throws SQLException {
    LOG.warn("repair {} begins anew: {}", repair.id(), why.toString());
    queue.release(repair);
  }

  private void fail(Repair repair, Exception why) throws SQLException {
    LOG.error("repair {} cannot be carried out", repair.id(), why);
    queue.failed(repair, String.valueOf(why.getMessage()));
  }

  private void repair(Repair repair)
      throws SQLException, InterruptedException, Lease.LostException {
    Lease lease = new Lease(queue, repair);
    try (TopicReader reader = new TopicReader(consumers.get(), repair.account());
        Connection connection = database.getConnection()) {
      int partitions = reader.partitions(Topics.OS_ENRICHED);
      stamp(connection, repair, partitions);
      long restored = 0;
      Map<Integer, Long> extra = new HashMap<>();
      Deque<Integer> todo = new ArrayDeque<>(repair.partitions());
      while (!todo.isEmpty()) {
        int partition = todo.pop();
        if (partition < 0 || partition >= partitions) {
          throw new KafkaException(
              "partition " + partition + ": os-enriched has " + partitions + " partitions");
        }
        ComparisonScope scope = new ComparisonScope(connection, repair.account(), partition);
        PartitionRepair part = new PartitionRepair(scope, reader, store, lease);
        part.run(repair.extras(), partitions);
        restored += part.restored();
        extra.put(partition, part.extra());
        // Nobody asked for those, but whoever compared them did so without the rows they got.
        part.moved().stream().filter(other -> !todo.contains(other)).forEach(todo::add);
      }
      clean(connection);
      finish(repair, restored, extra.values().stream().mapToLong(Long::longValue).sum());
    }
  }

  private void finish(Repair repair, long restored, long extra) throws SQLException {
    queue.done(repair, restored, extra);
    LOG.info("repair {}: {} rows restored, {} set aside", repair.id(), restored, extra);
  }

  private static void stamp(Connection connection, Repair repair, int partitions)
      throws SQLException {
    ComparisonScope.stampAll(connection, OrderComparison.ROWS, repair.account(), partitions);
    ComparisonScope.stampAll(connection, HistoryComparison.ROWS, repair.account(), partitions);
  }

  private static void clean(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CLEAN);
    }
  }
}
