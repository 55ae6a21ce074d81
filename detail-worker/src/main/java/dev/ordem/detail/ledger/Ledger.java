package dev.ordem.detail.ledger;

import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.detail.ledger.partition.Activity;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import dev.ordem.detail.ledger.partition.LedgerMeters;
import dev.ordem.detail.ledger.partition.PartitionResources;
import dev.ordem.detail.ledger.store.StoreNames;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.StartException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what each order needs, and keeps what is known of it; see the package. {@link #health}
 * may be called by any thread, the rest by one at a time.
 */
public final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final LedgerSettings settings;
  private final ClockWatch clock;
  private final MeterRegistry meters;
  private final LedgerMeters ledgerMeters;
  private final Path unpacked = StateDirectories.own();
  private volatile @Nullable KafkaStreams streams;
  private @Nullable KafkaStreamsMetrics bound;

  /**
   * Reads {@code KAFKA_*} and {@code LEDGER_*}; does no I/O.
   *
   * @param clock that a loop has look at the host's clock
   * @param connected whether an account can be asked for anything
   */
  public Ledger(
      Environment environment,
      MeterRegistry meters,
      ClockWatch clock,
      Predicate<String> connected) {
    this.clock = clock;
    this.settings = LedgerSettings.from(environment);
    this.meters = meters;
    this.ledgerMeters = new LedgerMeters(meters, connected);
  }

  /**
   * Creates the topics that are not there, removes stores that this Kafka never filled, and begins.
   *
   * @throws StartException if the brokers cannot be reached, or hold topics that will not do
   */
  public void start() throws StartException, InterruptedException {
    prepare(this::removeStaleStores);
    StateDirectories.sweep(StateDirectories.temporary());
    StateDirectories.loadRocks(unpacked);
    Activity activity = new Activity(System::nanoTime);
    DeletedRecords deleted = new DeletedRecords();
    PartitionResources shared =
        new PartitionResources(
            settings.rules(),
            UUID::randomUUID,
            SplittableRandom::new,
            ledgerMeters,
            InstantSource.system(),
            activity,
            deleted);
    KafkaStreams started =
        new KafkaStreams(
            LedgerTopology.of(shared),
            settings.streamsProperties(),
            new RestingConsumer.Supplier(activity, deleted, clock),
            new MonotonicTime(Instant.now(), System::nanoTime));
    started.setUncaughtExceptionHandler(new ThreadDeaths(Clock.systemUTC()));
    streams = started;
    bound = new KafkaStreamsMetrics(started);
    bound.bindTo(meters);
    try {
      started.start();
    } catch (StreamsException e) {
      throw unusable(e);
    }
  }

  private StartException unusable(Exception e) {
    return new StartException(
        "The ledger cannot use "
            + settings.stateDir()
            + " for its state ("
            + e.getMessage()
            + "). Set LEDGER_STATE_DIR to a directory of its own that it can write to.",
        e);
  }

  /** Dead once a thread of it is lost; not ready while partitions are handed over. */
  public Health health() {
    KafkaStreams running = streams;
    if (running == null) {
      return Health.unready("ledger", "not started");
    }
    int living = running.metadataForLocalThreads().size();
    Health health = health(running.state(), living, settings.threads());
    return health.ready() ? working() : health;
  }

  /**
   * Kafka Streams does not notice that a thread which died could not be replaced, as the new one's
   * clients cannot be made: where the brokers' name is not known while they are away, as with
   * containers. Its state stays what it was, with nobody left to change it.
   *
   * @param living threads that are not dead; one that is being replaced counts until another does
   */
  static Health health(KafkaStreams.State state, int living, int wanted) {
    if (state.isRunningOrRebalancing() && living < wanted) {
      return Health.dead(
          "ledger", (wanted - living) + " threads died and were not replaced; the log says why");
    }
    return switch (state) {
      case RUNNING -> Health.up();
      case CREATED, REBALANCING -> Health.unready("ledger", state.name());
      case PENDING_SHUTDOWN, NOT_RUNNING, PENDING_ERROR, ERROR ->
          Health.dead("ledger", state.name() + "; the log says why");
    };
  }

  /** Work that stands still though nothing is in its way is told, whoever is to blame. */
  private Health working() {
    List<String> stuck = ledgerMeters.stuck();
    return stuck.isEmpty() ? Health.up() : Health.unready("ledger", String.join("; ", stuck));
  }

  /** Commits what was decided and leaves the group, so that others take over at once. */
  @Override
  public void close() {
    if (bound != null) {
      bound.close();
    }
    KafkaStreams running = streams;
    if (running == null) {
      return;
    }
    boolean closed =
        running.close(
            CloseOptions.timeout(CLOSING)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    if (!closed) {
      LOG.warn(
          "the ledger did not stop within {}; what it had not committed is done again", CLOSING);
    } else if (settings.temporary()) {
      running.cleanUp();
      StateDirectories.remove(settings.stateDir());
    }
    StateDirectories.remove(unpacked);
  }

  /**
   * Looks whether the directory of its stores can be written, the brokers let it in, and the topics
   * are as they must be.
   *
   * @throws StartException if not
   */
  public void check() throws StartException, InterruptedException {
    try {
      if (!settings.temporary()) {
        Files.delete(Files.createTempFile(Files.createDirectories(settings.stateDir()), "", ""));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
    prepare(admin -> {});
  }

  private void removeStaleStores(Admin admin) throws IOException, InterruptedException {
    StaleStores.remove(settings.stateDir().resolve(StoreNames.APPLICATION), admin);
  }

  /** Makes sure of the topics, and does what else is to be done before the start. */
  private void prepare(Preparation more) throws StartException, InterruptedException {
    try (Admin admin = Admin.create(settings.adminProperties())) {
      TopicAdmin.ensure(admin, settings.partitions(), settings.replication());
      more.with(admin);
    } catch (IOException e) {
      throw unusable(e);
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(e.getMessage() == null ? "topics will not do" : e.getMessage(), e);
    } catch (KafkaException e) {
      throw new StartException(
          "The ledger cannot reach Kafka at "
              + settings.adminProperties().get("bootstrap.servers")
              + " ("
              + e.getMessage()
              + "). Check KAFKA_BOOTSTRAP_SERVERS, KAFKA_CLIENT_* and that the brokers run.",
          e);
    }
  }

  @FunctionalInterface
  private interface Preparation {
    void with(Admin admin) throws IOException, InterruptedException;
  }
}
