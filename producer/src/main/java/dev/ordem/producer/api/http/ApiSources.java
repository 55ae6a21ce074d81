package dev.ordem.producer.api.http;

import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the API looks at.
 *
 * @param source the database; empty as long as the service has not started
 * @param accounts what is known of the Tiny accounts, without a call to Tiny
 * @param client how this process's own client of Tiny is; empty as long as the service has not
 *     started
 * @param tiny reads a page of headers, within the quota
 * @param kafka why the brokers cannot be reached; empty: they can
 * @param services whether those beside the producer are at work, as far as it was looked
 * @param consumers of no group, that see what is committed only
 */
public record ApiSources(
    Supplier<Optional<DataSource>> source,
    Supplier<List<AccountHealth>> accounts,
    Supplier<Optional<ClientHealth>> client,
    Headers tiny,
    Supplier<Optional<String>> kafka,
    Supplier<List<ServicePresence>> services,
    Supplier<Consumer<byte[], byte[]>> consumers) {

  /** Reads a page of headers. */
  @FunctionalInterface
  public interface Headers {
    /** The answer; null: not started. */
    @Nullable Answer<HeaderPage> read(String account, HeaderQuery query)
        throws InterruptedException;
  }
}
