package dev.ordem.detail.fetch;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.ConsumerGroups;
import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.DurableProducer;
import dev.ordem.contract.group.GroupConsumer;
import dev.ordem.contract.group.GroupMember;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.StartException;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.TinyClient;
import dev.ordem.tiny.TinySettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the ledger's requests; see the package. {@link #health} may be called by any thread,
 * the rest by one at a time.
 */
public final class Fetcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
  private static final String SERVICE = "detail-worker";
  private static final String GROUP = ConsumerGroups.FETCHER;
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Map<String, Object> kafka;
  private final Postgres postgres;
  private final TinySettings tiny;
  private final int threads;
  private final Optional<String> instance;
  private final MeterRegistry meters;
  private final ClockWatch clock;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile @Nullable TinyClient client;
  private volatile @Nullable Loop loop;

  /**
   * Reads {@code KAFKA_*}, {@code POSTGRES_*}, {@code TINY_*}, {@code FETCHER_*}, {@code
   * WORKER_INSTANCE}; does no I/O.
   *
   * @param clock that a loop has look at the host's clock
   */
  public Fetcher(Environment environment, MeterRegistry meters, ClockWatch clock) {
    this.clock = clock;
    this.kafka = environment.kafka();
    this.postgres = environment.postgres();
    this.tiny = TinySettings.of(environment);
    this.threads = environment.integer("FETCHER_THREADS", 8, 1, 256);
    this.instance = environment.text("WORKER_INSTANCE");
    this.meters = meters;
  }

  /**
   * Looks whether Postgres lets it in and holds nobody else's orders.
   *
   * @throws StartException if not
   */
  public void check() throws StartException {
    connections().check(postgres);
    try (HikariDataSource database = connections().open(postgres, new SimpleMeterRegistry())) {
      tiny.identity().claim(database);
    }
  }

  /**
   * Begins; the topics must be there.
   *
   * @throws StartException if the database will not do
   */
  public void start() throws StartException {
    HikariDataSource database = dataSource();
    tiny.identity().claim(database);
    TinyClient calling = opening(TinyClient.create(SERVICE, tiny, database, meters));
    client = calling;
    try {
      calling.start();
    } catch (IllegalStateException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    Producer<byte[], byte[]> producer = DurableProducer.create(kafka, GROUP + "-producer", clock);
    opened.push(() -> producer.close(PATIENCE));
    opening(new KafkaClientMetrics(producer)).bindTo(meters);
    Clock time = Clock.systemUTC();
    ResultWriter results = new ResultWriter(producer, clock, time);
    Carrier carrier = opening(new Carrier(calling::detail, results, threads, time, PATIENCE));
    GroupMember member =
        new GroupMember(
            () -> new GroupConsumer(consumerProperties(), clock),
            clock,
            PATIENCE,
            e -> LOG.warn("{}", e.getMessage()));
    Loop started =
        opening(
            new Loop(
                "ordem-fetcher",
                PATIENCE.multipliedBy(2),
                running ->
                    member.run(
                        running,
                        consumer -> {
                          try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
                            metrics.bindTo(meters);
                            new FetchLoop(consumer, producer, carrier, time).run(running);
                          }
                        })));
    loop = started;
    started.start();
  }

  /** Whether an account is, as far as is known: one that is not is asked for nothing. */
  public boolean isConnected(String account) {
    TinyClient calling = client;
    return calling == null || calling.isConnected(account);
  }

  /**
   * Dead once its loop is, or the client's keeper of tokens. That Tiny is left alone for a while is
   * told, and changes nothing.
   */
  public Health health() {
    TinyClient calling = client;
    Loop running = loop;
    if (calling == null || running == null) {
      return Health.unready("fetcher", "not started");
    }
    ClientHealth calls = calling.health();
    return running.health().and(new Health(calls.live(), calls.ready(), calls.notes(SERVICE)));
  }

  /** Begins nothing more, answers what is under way if that takes a moment only, and lets go. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable next = opened.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed; going on", next, e);
      }
    }
  }

  private HikariDataSource dataSource() throws StartException {
    return opening(connections().open(postgres, meters));
  }

  private ConnectionPool connections() {
    return ConnectionPool.forCalls("ordem-fetcher", threads + 2);
  }

  private Map<String, Object> consumerProperties() {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, GROUP);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.putAll(KafkaTimeouts.member());
    properties.putAll(KafkaTimeouts.waiting());
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, FetchLoop.FULL);
    // Only the partitions that move stop, and as few as possible do.
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        List.of(CooperativeStickyAssignor.class.getName()));
    instance.ifPresent(
        name -> properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, GROUP + "-" + name));
    return properties;
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }
}
