package dev.ordem.runtime;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a service is, as a value.
 *
 * @param live whether it can go on; once false, its process ends
 * @param ready whether it reaches what it needs
 * @param details in words, by part
 */
public record Health(boolean live, boolean ready, Map<String, String> details) {
  /** Copies the map. */
  public Health {
    details = Map.copyOf(details);
  }

  /** Nothing to complain of. */
  public static Health up() {
    return new Health(true, true, Map.of());
  }

  /** Goes on, but does not reach {@code part}. */
  public static Health unready(String part, String why) {
    return new Health(true, false, Map.of(part, why));
  }

  /** Cannot go on, because of {@code part}. */
  public static Health dead(String part, String why) {
    return new Health(false, false, Map.of(part, why));
  }

  /** The details as people read them, without a full stop; "" if there are none. */
  public String told() {
    return new TreeMap<>(details)
        .entrySet().stream()
            .map(part -> part.getKey() + ": " + part.getValue())
            .collect(Collectors.joining("; "));
  }

  /** As healthy as the worse of both, with the details of both. */
  public Health and(Health other) {
    Map<String, String> both = new TreeMap<>(details);
    both.putAll(other.details);
    return new Health(live && other.live, ready && other.ready, both);
  }
}
