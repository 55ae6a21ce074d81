package dev.ordem.producer.api.runs;

import dev.ordem.producer.runs.Schedule;
import java.time.Duration;
import java.time.ZoneId;

/**
 * By which a run decides what to read, and when runs begin by themselves.
 *
 * @param zone of emission dates
 * @param pageSize rows of a page, 2 to 100
 * @param lookbackDays days that an incremental run reads again
 * @param fresh how old the newest complete run may be before {@code auto} reads again
 * @param openMaxAge how old the detail of an order may grow whose status is not final
 * @param watchShare of the quota that looks may use, 0 to 1
 */
public record RunRules(
    ZoneId zone,
    int pageSize,
    int lookbackDays,
    Duration fresh,
    Duration openMaxAge,
    Schedule schedule,
    double watchShare) {}
