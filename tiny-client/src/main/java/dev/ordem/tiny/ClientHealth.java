package dev.ordem.tiny;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a client is in its own process, without a call to Tiny or to the database. Other processes
 * have breakers of their own, and may be better or worse off.
 *
 * @param breaker what keeps calls from Tiny, in words; null: nothing, the breaker is closed
 */
public record ClientHealth(@Nullable String breaker) {
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
    return notes;
  }
}
