package dev.ordem.producer.api.runs;

import dev.ordem.tiny.AccountHealth;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The paces of accounts, looked up once for an answer, and only if a run asks. One thread. */
final class AccountPaces {
  private static final Logger LOG = LoggerFactory.getLogger(AccountPaces.class);

  private final Supplier<List<AccountHealth>> accounts;
  private @Nullable List<AccountHealth> known;

  AccountPaces(Supplier<List<AccountHealth>> accounts) {
    this.accounts = accounts;
  }

  AccountPace of(String account, Instant now) {
    List<AccountHealth> all = known;
    if (all == null) {
      all = read();
      known = all;
    }
    return new AccountPace(
        all.stream().filter(each -> each.account().equals(account)).findFirst().orElse(null), now);
  }

  /** A run can be told of without its account. */
  private List<AccountHealth> read() {
    try {
      return accounts.get();
    } catch (IllegalStateException e) {
      LOG.info("{}", e.getMessage());
      return List.of();
    }
  }
}
