package dev.ordem.producer.api.runs;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.Problem;
import dev.ordem.producer.certificate.CertificateCheck;
import dev.ordem.producer.certificate.CertificateCheck.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Whether ledger and Postgres hold the same of an account at present. A comparison reads an index
 * over all orders, so who only looks gets one that is up to half a minute old. Thread safe.
 */
public final class CurrentCertificates {
  private static final Duration RECENT = Duration.ofSeconds(30);

  private final Supplier<Optional<DataSource>> source;
  private final InstantSource clock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  private record Known(Result result, Instant until) {}

  public CurrentCertificates(Supplier<Optional<DataSource>> source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Compares now. */
  Result compare(String account) {
    DataSource database =
        source
            .get()
            .orElseThrow(() -> Problem.unavailable("Postgres is still being connected to.", null));
    try {
      Result result = new CertificateCheck(database).of(account);
      known.put(account, new Known(result, clock.instant().plus(RECENT)));
      return result;
    } catch (SQLException e) {
      throw ApiDatabase.problem(e);
    }
  }

  /** At most half a minute old. */
  public Result recent(String account) {
    Known before = known.get(account);
    return before != null && clock.instant().isBefore(before.until())
        ? before.result()
        : compare(account);
  }
}
