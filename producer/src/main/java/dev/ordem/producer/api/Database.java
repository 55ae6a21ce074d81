package dev.ordem.producer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Postgres, for answers and for writes; a failure becomes a problem that says what to do. */
final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<Optional<DataSource>> source;

  /**
   * Does no I/O.
   *
   * @param source empty before the start
   */
  Database(Supplier<Optional<DataSource>> source) {
    this.source = source;
  }

  /** The JSON that the one column of the one row holds; empty: no row. */
  Optional<JsonNode> json(String sql, Object... parameters) {
    return in(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(JSON.readTree(rows.getString(1))) : Optional.empty();
            }
          }
        });
  }

  /** Does {@code work} in one transaction. */
  <T> T in(Work<T> work) {
    DataSource pool = source.get().orElseThrow(() -> away("is still being connected to", null));
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.warn("Postgres: {}", e.getMessage());
      throw "42P01".equals(e.getSQLState())
          ? away("has no tables yet; the sink creates them when it starts", e)
          : away("cannot be asked (" + e.getMessage() + "); see POSTGRES_URL", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Postgres gave JSON that cannot be read", e);
    }
  }

  static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  private static Problem away(String what, @Nullable Throwable cause) {
    return Problem.unavailable("Postgres " + what + ". Nothing was changed.", cause);
  }

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException, JsonProcessingException;
  }
}
