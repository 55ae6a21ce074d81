package dev.ordem.producer.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.http.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Postgres, for answers and for writes. What the rules of asking refuse, and a failure,
 * becomes a problem that says what to do.
 */
public final class ApiDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(ApiDatabase.class);

  /** A number or date in the request that no column can hold. */
  private static final Set<String> UNHOLDABLE = Set.of("22003", "22007", "22008", "22009");

  /** A lock that is waited for for too long, or a statement. */
  private static final Set<String> IN_THE_WAY = Set.of("55P03", "57014");

  private final Supplier<Optional<DataSource>> source;

  /**
   * Does no I/O.
   *
   * @param source empty before the start
   */
  public ApiDatabase(Supplier<Optional<DataSource>> source) {
    this.source = source;
  }

  /** A row as a value. */
  @FunctionalInterface
  public interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** What is done with a connection. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Each row as a value. */
  public <T> List<T> list(Row<T> row, String sql, @Nullable Object... parameters) {
    return in(connection -> list(connection, row, sql, parameters));
  }

  /** The first row as a value; empty: no row. */
  public <T> Optional<T> first(Row<T> row, String sql, @Nullable Object... parameters) {
    return list(row, sql, parameters).stream().findFirst();
  }

  /** The JSON that the one column of the one row holds; empty: no row. */
  public Optional<JsonNode> json(String sql, @Nullable Object... parameters) {
    return first(row -> Optional.ofNullable(JsonResponse.read(row.getString(1))), sql, parameters)
        .flatMap(found -> found);
  }

  public static <T> List<T> list(
      Connection connection, Row<T> row, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        bind(statement, i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<T> list = new ArrayList<>();
        while (rows.next()) {
          list.add(row.of(rows));
        }
        return list;
      }
    }
  }

  private static void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof Instant instant) {
      statement.setTimestamp(index, Timestamp.from(instant));
    } else {
      statement.setObject(index, value);
    }
  }

  /** Null where the column is. */
  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  /** Does {@code work} in one transaction. */
  public <T> T in(Work<T> work) {
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
      if (pool instanceof HikariDataSource closed && closed.isClosed()) {
        throw stopping(e);
      }
      throw problem(e);
    }
  }

  public static Problem problem(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    ServerErrorMessage said = e instanceof PSQLException ours ? ours.getServerErrorMessage() : null;
    String reason = String.valueOf(said == null ? e.getMessage() : said.getMessage());
    if (state.equals("OR400") || UNHOLDABLE.contains(state)) {
      return Problem.invalid(reason, e);
    }
    if (state.equals("OR404")) {
      return Problem.notFound(reason);
    }
    if (state.equals("OR409")) {
      return Problem.conflict(reason, said == null ? null : said.getDetail());
    }
    LOG.warn("Postgres: {}", e.getMessage());
    if (IN_THE_WAY.contains(state)) {
      return Problem.unavailable(
          "Another transaction in Postgres is in the way (%s); pg_locks says whose. Nothing was changed."
              .formatted(reason),
          e);
    }
    return state.startsWith("42") && reason.endsWith("does not exist")
        ? away("has no tables yet; the first service that starts creates them", e)
        : away("cannot be asked (" + reason + "); see POSTGRES_URL", e);
  }

  /** Whoever waits asks again, and finds the next start or nobody. */
  public static Problem stopping(@Nullable Throwable cause) {
    return Problem.unavailable("Ordem is stopping. Nothing was changed.", cause);
  }

  /**
   * What is known of the accounts.
   *
   * @throws Problem unavailable, if they cannot be read
   */
  public static <T> T known(Supplier<T> accounts) {
    try {
      return accounts.get();
    } catch (IllegalStateException e) {
      LOG.warn("{}", e.getMessage());
      throw away("cannot be asked: " + e.getMessage(), e);
    }
  }

  private static Problem away(String what, @Nullable Throwable cause) {
    return Problem.unavailable("Postgres " + what + ". Nothing was changed.", cause);
  }
}
