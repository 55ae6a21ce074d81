package dev.ordem.producer.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class ApiDatabaseTest {
  /** Whoever reads it learns what to do, and nothing of our SQL. */
  @ParameterizedTest
  @CsvSource({
    "55P03, canceling statement due to lock timeout, pg_locks says whose",
    "57014, canceling statement due to statement timeout, pg_locks says whose",
    "08006, the connection is gone, see POSTGRES_URL"
  })
  void whatKeepsPostgresFromAnsweringIsToldWithWhatMendsIt(
      String state, String message, String remedy) {
    String told = "SERROR\0C%s\0M%s\0WSQL statement UPDATE sync_run\0".formatted(state, message);
    SQLException failure = new PSQLException(new ServerErrorMessage(told));
    assertThat(ApiDatabase.problem(failure).getMessage())
        .contains(message, remedy, "Nothing was changed")
        .doesNotContain("UPDATE sync_run");
  }
}
