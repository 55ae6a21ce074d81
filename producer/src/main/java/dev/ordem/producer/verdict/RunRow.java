package dev.ordem.producer.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code sync_run}, as far as a verdict needs it.
 *
 * @param proofs its certificate
 */
record RunRow(Run run, SortedMap<Integer, Proof> proofs) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * While runs are still to be read again that a restored Postgres shows as they were, none is
   * judged.
   */
  private static final String SELECT =
      """
      SELECT mode, status, phase, reading, generation, began_at,
        coalesce(started_at, created_at) AS started_at, finished_at, progressed_at, limited,
        coalesce((request->>'headersOnly')::boolean, false) AS headers_only,
        (mode = 'auto' OR request->>'mode' = 'auto') AS auto,
        mode = 'incremental' AND ordem_lost_ground(sync_run) AS lost_ground, cursor,
        owed || ARRAY(SELECT 'restored' FROM restoration WHERE done_at IS NULL LIMIT 1) AS owed,
        absences, headers, details, store, waits_for, error, certificate
      FROM sync_run WHERE id = ? AND lease_holder = ? AND lease_epoch = ?
      """;

  /** Empty if {@code held} is not held any more. */
  static Optional<RunRow> read(Connection connection, HeldRun held) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(SELECT)) {
      query.setObject(1, held.id());
      query.setObject(2, held.holder());
      query.setLong(3, held.epoch());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? Optional.of(row(row, held)) : Optional.empty();
      }
    }
  }

  private static RunRow row(ResultSet row, HeldRun held) throws SQLException {
    String absences = row.getString("absences");
    String cursor = row.getString("cursor");
    Run run =
        new Run(
            held.id(),
            held.account(),
            Mode.valueOf(row.getString("mode").toUpperCase(Locale.ROOT)),
            RunStatus.valueOf(row.getString("status")),
            Phase.valueOf(row.getString("phase")),
            row.getLong("reading"),
            row.getObject("generation", UUID.class),
            moment(row, "began_at"),
            present(row, "started_at"),
            moment(row, "finished_at"),
            present(row, "progressed_at"),
            row.getBoolean("limited"),
            row.getBoolean("headers_only"),
            row.getBoolean("auto"),
            row.getBoolean("lost_ground"),
            cursor == null ? null : Cursor.parse(cursor),
            List.of((String[]) row.getArray("owed").getArray()),
            absences == null ? null : Absences.valueOf(absences),
            module(row.getString("headers")),
            module(row.getString("details")),
            module(row.getString("store")),
            row.getString("waits_for"),
            row.getString("error"));
    return new RunRow(run, proofs(row.getString("certificate")));
  }

  private static @Nullable Module module(@Nullable String json) {
    try {
      return json == null ? null : JSON.readValue(json, Module.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no module of a run: " + json, e);
    }
  }

  static SortedMap<Integer, Proof> proofs(@Nullable String json) {
    SortedMap<Integer, Proof> proofs = new TreeMap<>();
    if (json != null) {
      for (JsonNode one : node(json)) {
        Proof proof = Proof.parse(one);
        proofs.put(proof.partition(), proof);
      }
    }
    return proofs;
  }

  static String json(Collection<Proof> proofs) {
    ArrayNode array = JSON.createArrayNode();
    proofs.forEach(proof -> array.add(proof.json()));
    return array.toString();
  }

  static String json(Module module) {
    try {
      return JSON.writeValueAsString(module);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + module, e);
    }
  }

  static JsonNode node(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + json, e);
    }
  }

  static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
    OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }

  static Instant present(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
