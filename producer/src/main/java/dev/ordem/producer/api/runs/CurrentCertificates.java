package dev.ordem.producer.api.runs;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.certificate.CertificateCheck;
import dev.ordem.producer.certificate.CertificateCheck.Result;
import dev.ordem.producer.certificate.Differences;
import dev.ordem.runtime.http.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Whether ledger and Postgres hold the same of an account at present. A comparison reads an index
 * over all orders, so who only looks gets one that is up to half a minute old. Thread safe.
 */
public final class CurrentCertificates {
  private static final Duration RECENT = Duration.ofSeconds(30);

  /** Whoever asks over HTTP waits half a minute at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Supplier<Optional<DataSource>> source;
  private final InstantSource clock;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Known(Result result, Instant until) {}

  public CurrentCertificates(
      Supplier<Optional<DataSource>> source,
      Supplier<Consumer<byte[], byte[]>> consumers,
      InstantSource clock) {
    this.source = source;
    this.consumers = consumers;
    this.clock = clock;
  }

  /** Compares now. */
  Result compare(String account) {
    try {
      Result result = new CertificateCheck(database()).of(account);
      known.put(account, new Known(result, clock.instant().plus(RECENT)));
      return result;
    } catch (SQLException e) {
      throw ApiDatabase.problem(e);
    }
  }

  /** Names what differs, by reading the topics of the partitions that differ. */
  Differences.Found differences(Result found) {
    SortedSet<Integer> partitions =
        found.partitions().stream()
            .filter(side -> !side.equal())
            .map(CertificateCheck.Side::partition)
            .collect(Collectors.toCollection(TreeSet::new));
    try {
      return new Differences(database(), consumers, PATIENCE).of(found.account(), partitions);
    } catch (SQLException e) {
      throw ApiDatabase.problem(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("The producer is stopping.", e);
    }
  }

  private DataSource database() {
    return source
        .get()
        .orElseThrow(() -> Problem.unavailable("Postgres is still being connected to.", null));
  }

  /** At most half a minute old. */
  public Result recent(String account) {
    Known before = known.get(account);
    return before != null && clock.instant().isBefore(before.until())
        ? before.result()
        : compare(account);
  }
}
