package dev.ordem.tiny;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The Tiny API for every account of this installation. Thread safe: any number of threads may call,
 * and share the quota with every other process on the same database.
 */
public final class TinyClient implements AutoCloseable {
  private TinyClient() {}

  /** Puts a client together. Does no I/O; the caller keeps and closes {@code dataSource}. */
  public static TinyClient create(
      TinySettings settings, DataSource dataSource, MeterRegistry meters) {
    return new TinyClient();
  }

  /**
   * Creates or migrates {@code tiny_account} and {@code tiny_quota_slot}, stores the configured
   * account, and starts to keep tokens alive. Makes no call to Tiny. Safe in several processes at
   * once.
   */
  public void start() {}

  /** Reads one page of headers, waiting a moment for a permit. */
  public Answer<HeaderPage> headers(String account, HeaderQuery query) throws InterruptedException {
    return new Answer.Later<>(Instant.now(), "outage");
  }

  /** Reads one order, waiting a moment for a permit. */
  public Answer<OrderDetail> detail(String account, long osId, Priority priority)
      throws InterruptedException {
    return new Answer.Later<>(Instant.now(), "outage");
  }

  /** What is known of every account, by name, without a call to Tiny. */
  public List<AccountHealth> accounts() {
    return List.of();
  }

  /** What is known of one account, without a call to Tiny; empty for an unknown one. */
  public Optional<AccountHealth> health(String account) {
    return accounts().stream().filter(known -> known.account().equals(account)).findFirst();
  }

  /**
   * Begins to connect an account, new or known.
   *
   * @param redirectUri where Tiny sends the browser back with {@code state} and {@code code}; must
   *     be registered with the application
   * @return the address to open in the browser, good for ten minutes
   */
  public URI beginAuthorisation(String account, URI redirectUri) {
    return redirectUri;
  }

  /**
   * Ends what {@link #beginAuthorisation} began, in this or another process.
   *
   * @return {@code Ok} with the account's name, {@code NotFound} for an unknown, used or old state,
   *     {@code Rejected} where Tiny refuses the code, {@code Failed} where Tiny cannot be reached
   */
  public Answer<String> completeAuthorisation(String state, String code)
      throws InterruptedException {
    return new Answer.Later<>(Instant.now(), "outage");
  }

  /** Stops what {@link #start} started. Calls under way end by themselves. */
  @Override
  public void close() {}
}
