package dev.ordem.producer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.UUID;

/**
 * Sends commands by way of Postgres: a row of {@code outbox}, which the sink relays to Kafka, in
 * one transaction with what else the command means for the tables. So a command is sent if and only
 * if the caller was told so.
 */
final class Outbox {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Database database;

  Outbox(Database database) {
    this.database = database;
  }

  /** Queues a run; asking twice for the same id queues one. */
  void ask(SyncCommand.Run run) {
    database.in(
        connection -> {
          JsonNode payload = payload(run);
          if (insertRun(connection, run, payload.path("request"))) {
            send(connection, run.runId().toString(), payload);
          }
          return true;
        });
  }

  /** Sends a command about a run that is there. */
  void send(SyncCommand.OfRun command) {
    database.in(
        connection -> {
          send(connection, command.runId().toString(), payload(command));
          return true;
        });
  }

  /** Sends a wish for one order. */
  void send(SyncCommand.Refresh refresh) {
    String key = refresh.key().toString();
    database.in(
        connection -> {
          send(connection, key, payload(refresh));
          return true;
        });
  }

  private static boolean insertRun(Connection connection, SyncCommand.Run run, JsonNode request)
      throws SQLException {
    String sql =
        """
        INSERT INTO sync_run (id, account, mode, status, created_at, request)
        VALUES (?, ?, ?, 'QUEUED', ?, ?::jsonb) ON CONFLICT (id) DO NOTHING
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Database.bind(
          statement,
          run.runId(),
          run.account(),
          run.request().mode().text(),
          Timestamp.from(run.requestedAt()),
          request.toString());
      return statement.executeUpdate() == 1;
    }
  }

  private static void send(Connection connection, String key, JsonNode payload)
      throws SQLException {
    String sql =
        """
        INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload)
        VALUES (?, ?, ?, ?, ?::jsonb)
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Database.bind(
          statement,
          UUID.randomUUID(),
          Topics.SYNC_COMMANDS.name(),
          key,
          payload.path("type").asText(),
          payload.toString());
      int rows = statement.executeUpdate();
      if (rows != 1) {
        throw new SQLException("the outbox took " + rows + " rows");
      }
    }
  }

  private static JsonNode payload(SyncCommand command) throws JsonProcessingException {
    String topic = Topics.SYNC_COMMANDS.name();
    try {
      return JSON.readTree(
          Topics.SYNC_COMMANDS.valueSerde().serializer().serialize(topic, command));
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("cannot write " + command, e);
    }
  }
}
