package dev.ordem.producer.reading;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.producer.paging.Plan;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.RunEntry;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written behind the last header of a run, each marker once all before it are there. */
final class EndOfHeadersWriter {
  private static final Logger LOG = LoggerFactory.getLogger(EndOfHeadersWriter.class);

  private final RunReader.Source source;
  private final RunEntry run;
  private final HeldRun held;

  EndOfHeadersWriter(RunReader.Source source, RunEntry run) {
    this.source = source;
    this.run = run;
    this.held = run.run();
  }

  /** The plan is carried out, or as much of it as was wanted. */
  void end(PageWriter writer) throws InterruptedException, SQLException {
    RunEntry now =
        source.book().row(held).filter(RunEntry::beingRead).orElseThrow(ReadingStopped::new);
    Instant time = source.clock().instant();
    boolean limited = writer.enough();
    if (run.mode() == Mode.INCREMENTAL && !run.request().headersOnly() && !limited) {
      Instant began = Objects.requireNonNull(now.beganAt(), "no page was read");
      source
          .kafka()
          .mark(
              new HeaderEvent.PassOver(
                  held.account(), held.id(), run.reading(), Plan.openStatuses(), began, time));
    }
    if (asksForMissing() && !limited) {
      askForMissing(time);
      limited = run.request().max() != null; // as far as is known before the ledger has looked
    }
    Cursor cursor = writer.cursor();
    boolean readable = cursor.unreadable().count() == 0 && cursor.refusedByKafka().isEmpty();
    boolean all = run.mode().whole() && !limited && !cursor.ended();
    boolean whole = all && readable;
    if (all) {
      source.unreadable().forgetUnmet(held.account(), held.id());
    }
    source.kafka().mark(marker(time, whole, now.beganAt()));
    if (!source.book().settle(held, CursorUpdates.ended(cursor), module(writer), limited)) {
      throw new ReadingStopped();
    }
    LOG.info("run {}: headers are read", held.id());
  }

  private HeaderEvent.EndOfHeaders marker(Instant time, boolean whole, @Nullable Instant began) {
    return new HeaderEvent.EndOfHeaders(
        held.account(), held.id(), run.mode(), time, run.reading(), whole, began);
  }

  /**
   * Whether it says of all details that they are there, which only the ledger knows: other runs may
   * still wait for some, or have left them. Of what a whole read shows it asks for all itself.
   */
  private boolean asksForMissing() {
    boolean auto = run.request().mode() == Mode.AUTO && !run.request().headersOnly();
    return run.mode() == Mode.DETAILS || (auto && !run.mode().whole());
  }

  private void askForMissing(Instant time) throws InterruptedException, SQLException {
    MissingDetails.Share share =
        source.missing().share(held.account(), run.request().max(), source.kafka().partitions());
    source
        .kafka()
        .mark(
            partition ->
                new HeaderEvent.DetailsMissing(
                    held.account(), held.id(), run.reading(), share.of(partition), time));
  }

  private Module module(PageWriter writer) {
    Cursor cursor = writer.cursor();
    List<String> names = new ArrayList<>(cursor.unreadable().names());
    cursor.refusedByKafka().forEach(id -> names.add(id + " (too large)"));
    long faults = cursor.unreadable().count() + cursor.refusedByKafka().size();
    if (run.mode() == Mode.AUTO) {
      return new Module(Module.Status.SKIPPED, 0, 0L, null);
    }
    if (faults == 0) {
      return new Module(Module.Status.COMPLETE, writer.done(), writer.done(), null);
    }
    return new Module(
        Module.Status.PARTIAL,
        writer.done(),
        writer.done() + faults,
        faults
            + " orders could not be read (see the topic ordem.dlq): "
            + String.join("; ", names));
  }
}
