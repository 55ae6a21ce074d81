package dev.ordem.producer.baseline;

import dev.ordem.producer.baseline.Generations.ForeignCertificate;
import dev.ordem.producer.baseline.Generations.Generation;
import dev.ordem.runtime.Health;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a generation for every account that needs one, without waiting for a run: at the start,
 * when Kafka or Postgres turns out to be another one, and when the ledger publishes certificates
 * that are not of the present generation, and does not mend them for two seconds.
 */
public final class GenerationWatch {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationWatch.class);
  private static final long TWO_SECONDS = TimeUnit.SECONDS.toNanos(2);
  private static final Duration REST = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofSeconds(1);

  private final Baselines baselines;
  private final Supplier<List<String>> accounts;
  private final LongSupplier nanos;
  private final Map<ForeignCertificate, Long> foreignSince = new HashMap<>();
  private final Set<String> present = ConcurrentHashMap.newKeySet();
  private volatile @Nullable String trouble;

  /**
   * Does no I/O.
   *
   * @param accounts names of all accounts
   * @param nanos a monotonic clock
   */
  public GenerationWatch(Baselines baselines, Supplier<List<String>> accounts, LongSupplier nanos) {
    this.baselines = baselines;
    this.accounts = accounts;
    this.nanos = nanos;
  }

  /** Ready unless Kafka or Postgres keeps it from knowing. */
  public Health health() {
    String why = trouble;
    return why == null ? Health.up() : Health.unready("generations", why);
  }

  /**
   * Whether the account's generation was found to be the present one, a moment ago: so that its
   * ledger was told what Postgres knows.
   */
  public boolean isPresent(String account) {
    return present.contains(account);
  }

  /** Watches as long as {@code running} says so. */
  public void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        look(running);
        trouble = null;
      } catch (SQLException | KafkaException | IllegalStateException e) {
        trouble = String.valueOf(e.getMessage());
        LOG.debug("generations are not known at the moment", e);
      }
      rest(running);
    }
  }

  /** In short steps, as whoever stops it does not wait for long. */
  private void rest(BooleanSupplier running) throws InterruptedException {
    long steps = trouble == null ? REST.dividedBy(STEP) : 1;
    for (long step = 0; step < steps && running.getAsBoolean(); step++) {
      TimeUnit.MILLISECONDS.sleep(STEP.toMillis());
    }
  }

  /** Looks once. */
  void look(BooleanSupplier running) throws SQLException, InterruptedException {
    strangers()
        .forEach(
            (account, generation) -> {
              LOG.warn("{}: the ledger does not know generation {}", account, generation);
              baselines.lost(account, generation);
            });
    for (String account : withoutPresent()) {
      if (baselines.ensure(account, new Patience(running)).isEmpty()) {
        return; // told to stop
      }
      present.add(account);
    }
  }

  /** Accounts that have no present generation. What cannot be found out is present nowhere. */
  private List<String> withoutPresent() throws SQLException, InterruptedException {
    Set<String> found = new HashSet<>();
    try {
      BackendIdentity identity = baselines.identity();
      Map<String, Generation> known = baselines.generations().newest();
      Long[] ends = baselines.ends(identity);
      List<String> all = accounts.get();
      for (String account : all) {
        Generation newest = known.get(account);
        if (newest != null && baselines.isPresent(newest, identity, ends)) {
          found.add(account);
        }
      }
      return all.stream().filter(account -> !found.contains(account)).toList();
    } finally {
      present.retainAll(found);
      present.addAll(found);
    }
  }

  /** Accounts of which a certificate has not been of their generation for two seconds. */
  private Map<String, UUID> strangers() throws SQLException {
    List<ForeignCertificate> foreign = baselines.generations().foreignCertificates();
    foreignSince.keySet().retainAll(Set.copyOf(foreign));
    Map<String, UUID> strangers = new HashMap<>();
    for (ForeignCertificate certificate : foreign) {
      long since = foreignSince.computeIfAbsent(certificate, name -> nanos.getAsLong());
      if (nanos.getAsLong() - since > TWO_SECONDS) {
        strangers.put(certificate.account(), certificate.present());
      }
    }
    return strangers;
  }

  /** Waits, and says for what when it begins to. */
  private static final class Patience implements GenerationWait {
    private final BooleanSupplier running;
    private String told = "";

    Patience(BooleanSupplier running) {
      this.running = running;
    }

    @Override
    public void tell(String why) {
      if (!why.equals(told)) {
        LOG.info("{}", why);
        told = why;
      }
    }

    @Override
    public boolean pause(Duration time) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
      return !running.getAsBoolean();
    }
  }
}
