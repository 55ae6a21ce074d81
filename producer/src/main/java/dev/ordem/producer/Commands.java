package dev.ordem.producer;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import dev.ordem.producer.RunBook.Taken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a command comes to, given the run it is about. A command that comes twice, late, or for a
 * run that nobody knows changes nothing; one that cannot be read goes to the dead letters.
 */
final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  private final int partitions;

  /**
   * Decides commands.
   *
   * @param partitions of {@code os-headers}
   */
  Commands(int partitions) {
    this.partitions = partitions;
  }

  Taken take(ConsumerRecord<byte[], byte[]> record, RunBook book, Instant now) {
    try {
      SyncCommand command = Topics.SYNC_COMMANDS.value(record);
      return command == null ? Taken.NOTHING : take(command, book, now);
    } catch (SerializationException | IllegalArgumentException e) {
      LOG.warn("a command cannot be carried out and goes to the dead letters", e);
      String reason = String.valueOf(e.getMessage());
      return Taken.records(List.of(DeadLetter.of(record, "producer", reason, now)));
    }
  }

  private Taken take(SyncCommand command, RunBook book, Instant now) {
    if (command instanceof SyncCommand.Refresh refresh) {
      HeaderEvent.RefreshWanted wanted =
          new HeaderEvent.RefreshWanted(refresh.account(), refresh.osId(), refresh.requestedAt());
      return Taken.records(List.of(Topics.OS_HEADERS.record(wanted.key().toString(), wanted)));
    }
    SyncCommand.OfRun ofRun = (SyncCommand.OfRun) command;
    RunState run = book.get(ofRun.runId()).orElse(null);
    if (ofRun instanceof SyncCommand.Run asked) {
      return run == null ? queued(asked, now) : Taken.NOTHING;
    }
    if (run == null) {
      LOG.warn("{} is about a run that nobody asked for: ignored", command);
      return Taken.NOTHING;
    }
    return changed(ofRun, run, now).orElse(Taken.NOTHING);
  }

  private Optional<Taken> changed(SyncCommand.OfRun command, RunState run, Instant now) {
    if (command instanceof SyncCommand.Start) {
      return run.request().startLater()
          ? Optional.of(Taken.state(Draft.of(run).request(startNow(run.request())).at(now)))
          : Optional.empty();
    }
    if (command instanceof SyncCommand.Cancel) {
      return run.status().ended() ? Optional.empty() : Optional.of(canceled(run, now));
    }
    boolean resumable = run.status().ended() && run.status() != RunStatus.COMPLETE;
    return resumable ? Optional.of(Taken.state(resumed(run, now))) : Optional.empty();
  }

  private static Taken queued(SyncCommand.Run asked, Instant now) {
    if (!asked.account().equals(asked.request().account())) {
      throw new IllegalArgumentException(
          "account " + asked.account() + " asks for account " + asked.request().account());
    }
    OrderKey check = new OrderKey(asked.account(), 1);
    LOG.info("run {} of {} queued: {}", asked.runId(), check.account(), asked.request());
    return Taken.state(Draft.queued(asked, now));
  }

  private Taken canceled(RunState run, Instant now) {
    RunState canceled = Draft.of(run).ended(RunStatus.CANCELED, null, now).at(now);
    HeaderEvent.Canceled marker = new HeaderEvent.Canceled(run.account(), run.runId(), now);
    return new Taken(Optional.of(canceled), Runs.markers(marker, partitions));
  }

  /** Headers that are whole are not read again; then only what they asked for is waited for. */
  private static RunState resumed(RunState run, Instant now) {
    Draft draft = Draft.of(run).request(startNow(run.request())).requeued();
    @Nullable Cursor cursor = run.cursor();
    if (cursor != null && cursor.ended()) {
      return draft.running(now).store(Module.WAITING).at(now);
    }
    if (cursor != null) {
      draft.cursor(Cursors.reopened(cursor));
    }
    return draft.store(Module.WAITING).at(now);
  }

  private static RunRequest startNow(RunRequest request) {
    return new RunRequest(
        request.account(),
        request.mode(),
        request.from(),
        request.to(),
        request.max(),
        request.headersOnly(),
        false);
  }
}
