package dev.ordem.runtime;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/** What Ordem's metrics mean, for whoever reads {@code /metrics}: in one place, to be compared. */
final class MetricHelp implements MeterFilter {
  static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("ordem.headers.seen", "Items of Tiny's lists that the ledger took"),
          Map.entry("ordem.orders.synced", "Orders told to os-enriched"),
          Map.entry("ordem.status.changes", "Changes of status told to os-status-changes"),
          Map.entry(
              "ordem.status.change.interval",
              "Time in which a change of status happened: from the last look before to the one that saw it"),
          Map.entry("ordem.watch.looks", "Looks at pages of lists, by account and kind of page"),
          Map.entry("ordem.watch.age.seconds", "Time since a page of a list was last looked at"),
          Map.entry(
              "ordem.watch.changes.per.hour", "Changes an hour that a page is believed to have"),
          Map.entry("ordem.parked", "Orders that failed too often and wait for a person, by cause"),
          Map.entry("ordem.queue.size", "Orders that wait for their detail, by account and lane"),
          Map.entry("ordem.queue.oldest.seconds", "Age of the order that has waited longest"),
          Map.entry(
              "ordem.audit.miss.ratio",
              "Share of seemingly unchanged orders that had changed when read, and its 95 % interval"),
          Map.entry("ordem.run.state", "Accounts whose newest run of that mode is in that state"),
          Map.entry("ordem.run.stuck", "Runs that have not moved for an hour"),
          Map.entry("ordem.sink.batch", "Time to write one batch of records to Postgres"),
          Map.entry("ordem.sink.rows", "Rows that the sink wrote, or found to be so already"),
          Map.entry("ordem.refused", "Rows that Postgres refused, by table and cause"),
          Map.entry("ordem.outbox.rows", "Rows of the outbox sent, or set aside"),
          Map.entry("ordem.outbox.lag.seconds", "Age of the oldest row of the outbox to be sent"),
          Map.entry("ordem.slot.lag.bytes", "Log that Postgres keeps as the slot has not read it"),
          Map.entry("ordem.token.upkeep.age", "Seconds since tokens were last looked after"),
          Map.entry("ordem.token.expires", "Until the account's access token expires"),
          Map.entry("ordem.token.failures", "Renewals of tokens that failed"),
          Map.entry("ordem.quota.limit", "Requests that the account may make in that window"),
          Map.entry("ordem.quota.used.max", "Most requests in any window; never above the limit"),
          Map.entry("ordem.quota.wait", "Time that calls waited for their permit"),
          Map.entry("ordem.tiny.requests", "Requests to Tiny, by how they ended"),
          Map.entry("ordem.tiny.request", "Time that Tiny took to answer"),
          Map.entry("ordem.tiny.drift", "Fields of Tiny's answers that were not as documented"));

  @Override
  public Meter.Id map(Meter.Id id) {
    String text = TEXTS.get(id.getName());
    return text == null || id.getDescription() != null
        ? id
        : new Meter.Id(id.getName(), Tags.of(id.getTags()), id.getBaseUnit(), text, id.getType());
  }
}
