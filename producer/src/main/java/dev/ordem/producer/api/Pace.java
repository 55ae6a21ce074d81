package dev.ordem.producer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** How fast a run goes, and when it will be done, as far as its counts tell. */
final class Pace {
  private Pace() {}

  /**
   * Adds {@code ratePerMinute} (details, or headers while no detail is asked for) and {@code
   * etaSeconds}; null where they cannot be told.
   */
  static ObjectNode added(ObjectNode run, Instant now) {
    run.putNull("ratePerMinute").putNull("etaSeconds");
    JsonNode startedAt = run.path("startedAt");
    if (!startedAt.isTextual()) {
      return run;
    }
    JsonNode modules = run.path("modules");
    boolean details = modules.path("details").path("total").asLong() > 0;
    JsonNode counted = modules.path(details ? "details" : "headers");
    Instant began = OffsetDateTime.parse(startedAt.asText()).toInstant();
    JsonNode finishedAt = run.path("finishedAt");
    boolean over = finishedAt.isTextual();
    Instant until = over ? OffsetDateTime.parse(finishedAt.asText()).toInstant() : now;
    double minutes = Duration.between(began, until).toMillis() / 60_000.0;
    long done = counted.path("done").asLong();
    if (minutes <= 0 || done == 0) {
      return run;
    }
    double rate = done / minutes;
    run.put("ratePerMinute", Math.round(rate * 10) / 10.0);
    JsonNode total = counted.path("total");
    if (!over && total.isNumber()) {
      run.put("etaSeconds", Math.round(Math.max(0, total.asLong() - done) / rate * 60));
    }
    return run;
  }
}
