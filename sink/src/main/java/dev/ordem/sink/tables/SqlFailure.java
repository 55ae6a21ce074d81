package dev.ordem.sink.tables;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Whose fault it is that Postgres did not do something.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">Error Codes</a>
 */
public enum SqlFailure {
  /** Postgres is away, restarting, full, read-only, or lets no one in: to be tried again. */
  AWAY,
  /**
   * Another transaction, or a lock that somebody holds, was in the way: to be tried again, soon.
   */
  CONFLICT,
  /** The row cannot be stored, now or later. */
  REFUSED,
  /**
   * The state does not say: a trigger, a policy or a domain of somebody's may raise any. It is the
   * row's, unless Postgres does not even take none; then a table or a right is missing, and a
   * person must look.
   */
  UNTOLD;

  private static final Set<String> AWAY_CLASSES = Set.of("08", "28", "53", "57", "58");

  /** A transaction in the way, or a pooler that gave a session without its statements. */
  private static final Set<String> CONFLICTS = Set.of("55P03", "26000", "42P05");

  /** Where Postgres' own language raises what somebody wrote, of whatever state. */
  private static final Set<String> RAISED = Set.of("exec_stmt_raise", "exec_stmt_assert");

  private static final String CANCELED = "57014";
  private static final Set<String> OF_A_ROW = Set.of(CANCELED, "57P01", "25006");
  private static final Set<String> REFUSED_CLASSES = Set.of("22", "23", "54");
  private static final Pattern COPIED_COLUMN = Pattern.compile("column (\\w+)");

  /** Whose fault {@code e} is. */
  public static SqlFailure of(SQLException e) {
    if (isRaised(e)) {
      return UNTOLD;
    }
    String state = e.getSQLState();
    if (state == null || state.length() != 5) {
      return e instanceof SQLTransientConnectionException ? AWAY : UNTOLD;
    }
    String category = state.substring(0, 2);
    if (AWAY_CLASSES.contains(category) || state.equals("25006")) {
      return AWAY;
    }
    if (category.equals("40") || CONFLICTS.contains(state)) {
      return CONFLICT;
    }
    if (REFUSED_CLASSES.contains(category)) {
      return REFUSED;
    }
    return e instanceof SQLTransientConnectionException ? AWAY : UNTOLD;
  }

  /**
   * Whether it may as well be a single row's, where it says that Postgres is away: its trigger
   * takes too long, ends the connection, or makes the transaction one that only reads.
   */
  static boolean mayBeOfARow(SQLException e) {
    return server(e) != null && OF_A_ROW.contains(String.valueOf(e.getSQLState()));
  }

  static boolean tookTooLong(SQLException e) {
    return CANCELED.equals(e.getSQLState());
  }

  private static boolean isRaised(SQLException e) {
    ServerErrorMessage server = server(e);
    return server != null && server.getRoutine() != null && RAISED.contains(server.getRoutine());
  }

  private static @Nullable ServerErrorMessage server(SQLException e) {
    return e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
  }

  /** A word to count by: {@code postgres-23514}. */
  static String cause(SQLException e) {
    return "postgres-" + e.getSQLState();
  }

  /** Where and why, for the reader of a dead letter: table, column if known, code, message. */
  static String describe(String table, SQLException e) {
    ServerErrorMessage server = server(e);
    String column = server == null ? null : column(server);
    String message = server == null ? e.getMessage() : server.getMessage();
    return table + (column == null ? "" : "." + column) + ": " + e.getSQLState() + " " + message;
  }

  private static @Nullable String column(ServerErrorMessage server) {
    if (server.getColumn() != null) {
      return server.getColumn();
    }
    Matcher copied = COPIED_COLUMN.matcher(server.getWhere() == null ? "" : server.getWhere());
    return copied.find() ? copied.group(1) : null;
  }
}
