package dev.ordem.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.RunState;
import dev.ordem.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;

/** {@code sync_run}: the last state of each run, over what was inserted when it was asked for. */
final class RunTable extends Table<RunState> {
  private static final ObjectMapper JSON = new ObjectMapper();

  RunTable() {
    super(
        Topics.SYNC_RUNS,
        "sync_run",
        List.of("id"),
        List.of(
            "id",
            "account",
            "mode",
            "status",
            "created_at",
            "started_at",
            "finished_at",
            "error",
            "request",
            "cursor",
            "headers",
            "details",
            "store",
            "updated_at",
            "source_offset"));
  }

  @Override
  void row(Change<RunState> change, RunState run, CopyText row) {
    row.put(run.runId()).put(run.account()).put(run.mode().text()).put(run.status());
    row.put(run.createdAt()).put(run.startedAt()).put(run.finishedAt()).put(run.error());
    JsonNode json = json(change);
    for (String part : List.of("request", "cursor", "headers", "details", "store")) {
      row.put(json.get(part));
    }
    row.put(run.updatedAt()).put(change.offset());
  }

  /** The parts of a run that scripts read as JSON are stored as the contract writes them. */
  private static JsonNode json(Change<RunState> change) {
    try {
      return JSON.readTree(change.record().value());
    } catch (IOException e) {
      throw new UncheckedIOException("was read before: " + change.record(), e);
    }
  }

  @Override
  void key(String text, CopyText row) {
    row.put(UUID.fromString(text));
  }

  @Override
  List<String> statements() {
    return List.of(
        upsert(
            "t.source_offset IS NULL OR excluded.source_offset > t.source_offset"
                + " OR excluded.updated_at > t.updated_at"),
        delete());
  }
}
