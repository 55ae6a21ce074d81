package dev.ordem.tiny;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a client is in its own process, without a call to Tiny or to the database. Other processes
 * have breakers of their own, and may be better or worse off.
 *
 * @param live whether it can go on; false: the thread that looks after tokens is dead, and only a
 *     new process has one that lives
 * @param breaker what keeps calls from Tiny, in words; null: nothing, the breaker is closed
 * @param keeper why tokens are not looked after, in words; null: they are
 * @param variables why nothing works until the variables are put right; null: they are right
 * @param accountless whether no account is connected, so that there is nothing to do
 * @param accounts what keeps accounts from being used, by name
 */
public record ClientHealth(
    boolean live,
    @Nullable String breaker,
    @Nullable String keeper,
    @Nullable String variables,
    boolean accountless,
    Map<String, String> accounts) {
  /** What a person does where there is no account. */
  public static final String NO_ACCOUNT =
      "No account is connected, so nothing is read: ./ordem connect --account NAME --client-id ID"
          + " connects one; or set TINY_CLIENT_ID, TINY_CLIENT_SECRET and TINY_REFRESH_TOKEN, and"
          + " start again.";

  /** Copies the map. */
  public ClientHealth {
    accounts = Map.copyOf(accounts);
  }

  /**
   * Whether it can do its work, as far as this process's own variables decide that. One without an
   * account is: where it cannot be reached, none can be connected.
   */
  public boolean ready() {
    return live && variables == null;
  }

  /**
   * What is not as it should be, by part, for the health of a service; empty: nothing.
   *
   * @param service by which the parts of one process are told apart
   */
  public Map<String, String> notes(String service) {
    Map<String, String> notes = new TreeMap<>();
    if (breaker != null) {
      notes.put(service + " breaker", breaker);
    }
    if (keeper != null) {
      notes.put(service + " keeper", keeper);
    }
    if (variables != null) {
      notes.put(service + " variables", variables);
    }
    if (accountless) {
      notes.put(service + " accounts", NO_ACCOUNT);
    }
    accounts.forEach((account, problem) -> notes.put(service + " account " + account, problem));
    return notes;
  }
}
