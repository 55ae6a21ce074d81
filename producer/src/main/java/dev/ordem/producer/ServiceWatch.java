package dev.ordem.producer;

import dev.ordem.contract.ConsumerGroups;
import dev.ordem.producer.api.http.ServicePresence;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Looks, every so often, whether somebody is in the groups of sink and detail-worker: a group
 * without a member is that of a service which nobody started, which died, or which is not let in.
 * One that no longer moves leaves its group, too. A start, a restart and a rebalance take less than
 * {@link #GRACE}, and are not told. Whom Kafka does not let be asked about may be at work.
 *
 * <p>Thread safe.
 */
final class ServiceWatch implements AutoCloseable {
  /** How long a group may be without a member before that is told. */
  static final Duration GRACE = Duration.ofSeconds(90);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String MISSING =
      "no %1$s is at work: nobody has been in Kafka's group %2$s for %3$d min; start one (docker"
          + " compose up --detach %1$s, or ./ordem %1$s), or see in its log what it waits for";
  private static final List<Watched> SERVICES =
      List.of(
          new Watched("sink", "sink", List.of(ConsumerGroups.SINK)),
          new Watched(
              "worker", "detail-worker", List.of(ConsumerGroups.LEDGER, ConsumerGroups.FETCHER)));
  private static final List<String> GROUPS =
      SERVICES.stream().flatMap(service -> service.groups().stream()).toList();

  private final Supplier<Admin> admin;
  private final LongSupplier nanos;
  private final Loop loop;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** A service, by the name of its line, its command and its groups. */
  private record Watched(String name, String command, List<String> groups) {}

  /**
   * When it was last not known to be empty.
   *
   * @param unknown why it cannot be asked about
   */
  private record Seen(String group, long at, @Nullable String unknown) {}

  /**
   * Does no I/O.
   *
   * @param nanos a monotonic clock
   */
  ServiceWatch(Supplier<Admin> admin, LongSupplier nanos) {
    this.admin = admin;
    this.nanos = nanos;
    this.loop = Loop.every(BETWEEN_LOOKS, "service-watch", PATIENCE, this::look);
  }

  /** From now on everybody has {@link #GRACE} to come. */
  void start() {
    begin();
    loop.start();
  }

  void begin() {
    GROUPS.forEach(group -> seen.put(group, new Seen(group, nanos.getAsLong(), null)));
  }

  Health health() {
    return loop.health();
  }

  /** A line for each service, without a question to Kafka; none before the start. */
  List<ServicePresence> presences() {
    return seen.size() < GROUPS.size() ? List.of() : SERVICES.stream().map(this::presence).toList();
  }

  private ServicePresence presence(Watched service) {
    long now = nanos.getAsLong();
    Seen longest =
        service.groups().stream()
            .map(seen::get)
            .max(Comparator.comparingLong(one -> now - one.at()))
            .orElseThrow();
    Duration empty = Duration.ofNanos(now - longest.at());
    if (empty.compareTo(GRACE) < 0) {
      String unknown = longest.unknown();
      String said = unknown == null ? "is at work" : "not known: " + unknown;
      return new ServicePresence(service.name(), false, said);
    }
    String said =
        MISSING.formatted(service.command(), longest.group(), Math.max(1, empty.toMinutes()));
    return new ServicePresence(service.name(), true, said);
  }

  /** Once. */
  void look() throws InterruptedException {
    Map<String, KafkaFuture<ConsumerGroupDescription>> told =
        admin
            .get()
            .describeConsumerGroups(
                GROUPS, new DescribeConsumerGroupsOptions().timeoutMs((int) PATIENCE.toMillis()))
            .describedGroups();
    for (Map.Entry<String, KafkaFuture<ConsumerGroupDescription>> each : told.entrySet()) {
      note(each.getKey(), each.getValue());
    }
  }

  private void note(String group, KafkaFuture<ConsumerGroupDescription> told)
      throws InterruptedException {
    try {
      if (!told.get().members().isEmpty()) {
        seen.put(group, new Seen(group, nanos.getAsLong(), null));
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        seen.put(group, new Seen(group, nanos.getAsLong(), String.valueOf(e.getCause())));
      }
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}
