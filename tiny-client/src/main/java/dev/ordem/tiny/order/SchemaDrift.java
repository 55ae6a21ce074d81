package dev.ordem.tiny.order;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Counts, per field, what differs from what Tiny was seen to send. Thread safe. */
public final class SchemaDrift {
  private static final int MOST_NAMES = 200;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,60}");

  private final MeterRegistry meters;
  private final Set<String> unknownNames = ConcurrentHashMap.newKeySet();

  public SchemaDrift(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A field that was never seen before. */
  void unknown(String field) {
    count(tellable(field), "unknown");
  }

  /** A field of any name in which something was replaced that no store can hold. */
  void altered(String field) {
    count(tellable(field), "value");
  }

  /** A field that was always there. */
  void missing(String field) {
    count(field, "missing");
  }

  /** A field with a JSON type that was never seen in it. */
  void type(String field) {
    count(field, "type");
  }

  /** A field whose value cannot be understood, and is taken for absent. */
  void value(String field) {
    count(field, "value");
  }

  /** Names come from outside: there are not more counters for that. */
  private String tellable(String field) {
    boolean tellable =
        NAME.matcher(field).matches()
            && (unknownNames.contains(field)
                || (unknownNames.size() < MOST_NAMES && unknownNames.add(field)));
    return tellable ? field : "other";
  }

  private void count(String field, String kind) {
    meters.counter("ordem.tiny.drift", "field", field, "kind", kind).increment();
  }
}
