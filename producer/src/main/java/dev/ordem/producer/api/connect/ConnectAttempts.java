package dev.ordem.producer.api.connect;

import dev.ordem.tiny.account.owner.AccountProblem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How the latest attempts at connecting an account went, for whoever waits for one. Only in memory:
 * what must survive a restart is the account itself. Thread safe.
 */
final class ConnectAttempts {
  private static final int MOST = 500;

  private final Map<UUID, Attempt> known = new LinkedHashMap<>();

  /** Where an attempt stands. */
  enum Stand {
    WAITING,
    CONNECTED,
    FAILED
  }

  /**
   * One attempt.
   *
   * @param message what went wrong and what to do; names nobody; empty otherwise
   * @param detail persons and companies by name, and what Tiny said, of that; empty: no more
   */
  record Attempt(String account, Stand stand, String message, String detail) {}

  /** Remembers that an attempt began; its id tells nothing of {@code state}. */
  synchronized UUID begun(String state, String account) {
    if (known.size() >= MOST) {
      known.remove(known.keySet().iterator().next());
    }
    UUID id = id(state);
    known.put(id, new Attempt(account, Stand.WAITING, "", ""));
    return id;
  }

  /** Remembers how an attempt ended first, if it began here: a reloaded page changes nothing. */
  synchronized void ended(String state, Stand stand, AccountProblem problem) {
    known.computeIfPresent(
        id(state),
        (id, attempt) ->
            attempt.stand() == Stand.WAITING
                ? new Attempt(attempt.account(), stand, problem.text(), problem.detail())
                : attempt);
  }

  /** Empty: it began elsewhere, or long ago. */
  synchronized Optional<Attempt> find(String account, UUID id) {
    return Optional.ofNullable(known.get(id)).filter(one -> one.account().equals(account));
  }

  private static UUID id(String state) {
    return UUID.nameUUIDFromBytes(state.getBytes(StandardCharsets.UTF_8));
  }
}
