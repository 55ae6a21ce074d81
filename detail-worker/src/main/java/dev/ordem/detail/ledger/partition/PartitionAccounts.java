package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.CountedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * What one partition holds of each account. The store is read once; what is changed is written at
 * once. Not thread safe.
 */
final class PartitionAccounts {
  /** What nobody should be able to make longer: producers ask for five seconds at most. */
  static final Duration LONGEST_HOLD = Duration.ofSeconds(5);

  private final CountedStore<Account> store;
  private final TopicWriter writer;
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, Instant> heldUntil = new HashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private long missedBefore = -1;

  PartitionAccounts(CountedStore<Account> store, TopicWriter writer) {
    this.store = store;
    this.writer = writer;
    try (KeyValueIterator<String, Account> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Account> entry = all.next();
        accounts.put(entry.key, entry.value);
        changed.add(entry.key); // its last change may not have been told
      }
    }
  }

  Account account(String name) {
    Account known = accounts.get(name);
    return known == null ? Account.begun(name) : known;
  }

  /** One that is new stands on no baseline, and says so. */
  void meet(String name) {
    if (!accounts.containsKey(name)) {
      put(Account.begun(name));
    }
  }

  /** Whether it stands on a baseline, so that what is seen of it can be told. */
  boolean based(String name) {
    return account(name).generation() != null;
  }

  /** Whether requests may be sent for it. */
  boolean works(String name, Instant now) {
    Instant held = heldUntil.get(name);
    boolean holds = // a clock that was set back makes no hold longer
        held != null && now.isBefore(held) && !now.isBefore(held.minus(LONGEST_HOLD));
    return based(name) && !holds;
  }

  void hold(String name, long millis, Instant now) {
    long most = Math.min(millis, LONGEST_HOLD.toMillis());
    heldUntil.put(name, now.plusMillis(Math.max(0, most)));
  }

  void moved(OrderKey key, Standing before, Standing after) {
    Account account = account(key.account());
    Account next = account.moved(key, before, after);
    if (next.version() != account.version()) {
      put(next);
    }
  }

  void audited(String name, boolean missed) {
    put(account(name).audited(missed));
  }

  void auditAt(String name, Instant next) {
    put(account(name).auditAt(next));
  }

  /** Records were deleted unread, which may have been of any account. */
  void missed(long next, Instant now) {
    if (missedBefore == next) {
      return;
    }
    missedBefore = next;
    for (Account account : List.copyOf(accounts.values())) {
      Account.Missed before = account.missed();
      if (before == null || before.next() != next) {
        put(account.missed(new Account.Missed(next, now)));
      }
    }
  }

  /** A baseline was passed: subscribers learn it at once. */
  void baselined(String name, UUID generation, Instant now) {
    put(account(name).in(generation));
    tell(name, now);
  }

  List<String> names() {
    return List.copyOf(accounts.keySet());
  }

  void tell(String name, Instant now) {
    changed.remove(name);
    writer.certificate(account(name), now);
  }

  void tellChanged(Instant now) {
    for (String name : List.copyOf(changed)) {
      tell(name, now);
    }
  }

  private void put(Account next) {
    accounts.put(next.name(), next);
    store.put(next.name(), next);
    changed.add(next.name());
  }
}
