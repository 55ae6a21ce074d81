package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/**
 * What a person, the schedule or SQL asks the pipeline to do. Carrying one out twice is harmless.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SyncCommand.Run.class, name = "run"),
  @JsonSubTypes.Type(value = SyncCommand.Start.class, name = "start"),
  @JsonSubTypes.Type(value = SyncCommand.Cancel.class, name = "cancel"),
  @JsonSubTypes.Type(value = SyncCommand.Resume.class, name = "resume"),
  @JsonSubTypes.Type(value = SyncCommand.Refresh.class, name = "refresh")
})
public sealed interface SyncCommand extends Event {

  /** When it was asked for. */
  Instant requestedAt();

  @Override
  @JsonIgnore
  default Instant time() {
    return requestedAt();
  }

  /** A command about a run. */
  sealed interface OfRun extends SyncCommand {
    UUID runId();

    @Override
    @JsonIgnore
    default String subject() {
      return runId().toString();
    }
  }

  /** Carry out a new run. */
  record Run(String account, UUID runId, RunRequest request, Instant requestedAt)
      implements OfRun {}

  /** Start a run that was asked to wait. */
  record Start(String account, UUID runId, Instant requestedAt) implements OfRun {}

  /** Stop a run; what it has read stays. */
  record Cancel(String account, UUID runId, Instant requestedAt) implements OfRun {}

  /** Go on with a failed, partial or cancelled run at its cursor. */
  record Resume(String account, UUID runId, Instant requestedAt) implements OfRun {}

  /** Read one order now: a person waits. */
  record Refresh(String account, long osId, Instant requestedAt)
      implements SyncCommand, OrderEvent {}
}
