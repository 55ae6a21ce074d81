package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.bench.faults.site.Site;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks for runs, as people do, and how they are. Each question has a connection of its own. */
final class RunQuestions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNDER_WAY =
      "SELECT count(*) FROM sync_run WHERE status IN ('QUEUED', 'RUNNING')";

  private final Site site;

  RunQuestions(Site site) {
    this.site = site;
  }

  /** At the API of a producer, or in SQL. */
  UUID ask(String mode, boolean overHttp, Scope scope, LocalDate today) throws Exception {
    if (!overHttp) {
      String period = "', \"from\" => '" + scope.from() + "', \"to\" => '" + today;
      String more = mode.equals("period") ? period : "";
      return one(UUID.class, "SELECT ordem_run('" + mode + more + "')");
    }
    String period = "\", \"from\": \"" + scope.from() + "\", \"to\": \"" + today;
    String more = mode.equals("period") ? period : "";
    String json = "{\"mode\": \"" + mode + more + "\"}";
    HttpResponse<String> answer = site.post("producer-1", "/api/runs", json);
    if (answer.statusCode() != 202) {
      throw new IOException("POST /api/runs " + json + ": " + answer.statusCode());
    }
    return UUID.fromString(JSON.readTree(answer.body()).path("runId").asText());
  }

  /** Null while Postgres does not answer. */
  @Nullable String status(UUID run) {
    try (Connection connection = site.connect()) {
      return DatabaseQueries.status(connection, run);
    } catch (SQLException e) {
      return null;
    }
  }

  boolean hasEnded(UUID run) {
    String status = status(run);
    return status != null && !status.equals("QUEUED") && !status.equals("RUNNING");
  }

  /** Why it is as it is, for people. */
  String why(UUID run) throws SQLException {
    return text(
        "SELECT concat_ws(' ', status, phase, error, waits_for) FROM sync_run WHERE id = '"
            + run
            + "'");
  }

  String mode(UUID run) throws SQLException {
    return text("SELECT mode FROM sync_run WHERE id = '" + run + "'");
  }

  /** Whether the book knows it: not after Postgres was put back to a time before it. */
  boolean exists(UUID run) throws SQLException {
    return one(Boolean.class, "SELECT EXISTS (SELECT FROM sync_run WHERE id = '" + run + "')");
  }

  /** Whether no run is to be read or settles; false while Postgres does not answer. */
  boolean allEnded() {
    try {
      return one(Long.class, UNDER_WAY) == 0;
    } catch (SQLException e) {
      return false;
    }
  }

  String resume(UUID run) throws SQLException {
    return text("SELECT ordem_resume('" + run + "')");
  }

  String cancel(UUID run) throws SQLException {
    return text("SELECT ordem_cancel('" + run + "')");
  }

  String text(String sql) throws SQLException {
    return one(String.class, sql);
  }

  private <T> T one(Class<T> type, String sql) throws SQLException, NoSuchElementException {
    try (Connection connection = site.connect()) {
      return DatabaseQueries.one(connection, type, sql);
    }
  }
}
