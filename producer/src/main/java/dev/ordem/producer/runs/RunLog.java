package dev.ordem.producer.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/**
 * Writes to {@code sync_run_log} what happened in a run. Thread safe; joins the caller's
 * transaction.
 */
public final class RunLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunLog() {}

  /** How much it matters. */
  public enum Level {
    INFO,
    WARN,
    ERROR
  }

  /** Which part of the run it is about. */
  public enum Module {
    RUN,
    HEADERS,
    DETAILS,
    STORE
  }

  /**
   * Adds a line.
   *
   * @param metadata numbers and ids that belong to it, by name
   */
  public static void add(
      Connection connection,
      UUID runId,
      Level level,
      Module module,
      String message,
      Map<String, ?> metadata)
      throws SQLException {
    String sql =
        "INSERT INTO sync_run_log (run_id, level, module, message, metadata)"
            + " VALUES (?, ?, ?, ?, ?::jsonb)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setObject(1, runId);
      insert.setString(2, level.name());
      insert.setString(3, module.name().toLowerCase(java.util.Locale.ROOT));
      insert.setString(4, message);
      insert.setString(5, json(metadata));
      insert.executeUpdate();
    }
  }

  private static String json(Map<String, ?> metadata) {
    try {
      return JSON.writeValueAsString(metadata);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("metadata of a log line: " + metadata, e);
    }
  }
}
