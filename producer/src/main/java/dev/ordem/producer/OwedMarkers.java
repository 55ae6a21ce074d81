package dev.ordem.producer;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;

/**
 * Sends the markers that the ledger is still to be sent of a run, in order, each struck off once it
 * is acknowledged; one that is sent twice is harmless.
 */
final class OwedMarkers {
  private final RunBook book;
  private final HeaderWriter kafka;
  private final Clock clock;

  OwedMarkers(RunBook book, HeaderWriter kafka, Clock clock) {
    this.book = book;
    this.kafka = kafka;
    this.clock = clock;
  }

  /** Sends them all; returns whether the run is still held, and there. */
  boolean pay(RunEntry row) throws InterruptedException, SQLException {
    for (int i = 0; i < row.owed().size(); i++) {
      String marker = row.owed().get(i);
      if (!pay(row, marker, row.readingOf(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean pay(RunEntry row, String marker, long reading)
      throws InterruptedException, SQLException {
    HeldRun run = row.run();
    Instant now = clock.instant();
    switch (marker) {
      case RunEntry.CANCEL ->
          kafka.mark(new HeaderEvent.Canceled(run.account(), run.id(), now, reading));
      case RunEntry.RESUME -> resume(row, reading, now);
      case RunEntry.FORGET -> {
        if (row.status().ended()) {
          if (row.reading() > 0) {
            kafka.mark(new HeaderEvent.Forgotten(run.account(), run.id(), reading, now));
          }
          book.delete(run);
          return false;
        }
      }
      default -> throw new IllegalStateException("run " + run.id() + " owes \"" + marker + "\"");
    }
    return book.paid(run, marker);
  }

  /** Of a run whose headers are over, nothing is read again, so their end is told anew at once. */
  private void resume(RunEntry row, long reading, Instant now) throws InterruptedException {
    HeldRun run = row.run();
    kafka.mark(new HeaderEvent.Resumed(run.account(), run.id(), reading, now));
    if (row.phase() == Phase.SETTLING) {
      kafka.mark(
          new HeaderEvent.EndOfHeaders(
              run.account(), run.id(), row.mode(), now, reading, false, row.beganAt()));
    }
  }
}
