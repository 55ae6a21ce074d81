package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What the book of runs tells others, and what it knows, as {@code R__runs.sql} has it. */
class RunBookTest {
  private static MigratedDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    database.clear();
  }

  @Test
  void eachStateThatOthersSeeIsToldWithAGreaterVersion() throws SQLException {
    UUID id = database.run("'period', 'loja', '2026-01-01', '2026-01-31', 7");
    database.execute(
        "UPDATE sync_run SET status = 'RUNNING', started_at = '2026-02-10T12:00:00.5-03',"
            + " headers = '{\"status\": \"RUNNING\", \"done\": 3, \"total\": 9}'");
    database.execute("UPDATE sync_run SET status = 'PARTIAL', error = 'x\"y', finished_at = now()");
    List<RunState> told = states();
    assertThat(told).extracting(RunState::version).containsExactly(1L, 2L, 3L);
    assertThat(told)
        .extracting(RunState::status)
        .containsExactly(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.PARTIAL);
    RunState last = told.get(2);
    assertThat(last.runId()).isEqualTo(id);
    assertThat(last.request().max()).isEqualTo(7);
    assertThat(last.request().from()).hasToString("2026-01-01");
    assertThat(last.startedAt()).hasToString("2026-02-10T15:00:00.500Z");
    assertThat(last.headers()).isEqualTo(new Module(Module.Status.RUNNING, 3, 9L, null));
    assertThat(last.store()).isEqualTo(Module.WAITING);
    assertThat(last.error()).isEqualTo("x\"y");
    assertThat(last.requestedBy()).isEqualTo("sql");
    assertThat(last.limited()).isTrue();
    assertThat(last.updatedAt()).isAfterOrEqualTo(told.get(1).updatedAt());
    assertThat(database.texts("SELECT DISTINCT payload->>'schema' FROM outbox"))
        .containsExactly("2");
  }

  @Test
  void whatOthersDoNotSeeIsNotTold() throws SQLException {
    database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET lease_until = now(), waits_for = 'quota', owed = '{resume}',"
            + " cursor = '{}', headers = '{\"status\": \"WAITING\", \"done\": 5}'");
    database.execute("UPDATE sync_run SET headers = '{\"status\": \"WAITING\", \"done\": 6}'");
    assertThat(states()).extracting(RunState::version).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status = 'RUNNING'",
        "mode = 'incremental'",
        "phase = 'SETTLING'",
        "request = request || '{\"startLater\": true}'",
        "started_at = now()",
        "finished_at = now()",
        "healed_at = now()",
        "error = 'x'",
        "limited = true",
        "headers = '{\"status\": \"RUNNING\", \"done\": 0}'",
        "details = '{\"status\": \"RUNNING\", \"done\": 0}'",
        "store = '{\"status\": \"RUNNING\", \"done\": 0}'",
      })
  void theseChangesAreTold(String change) throws SQLException {
    database.run("'full', 'loja'");
    database.execute("UPDATE sync_run SET " + change);
    database.execute(
        "UPDATE sync_run SET " + change.replace("now()", change.replaceFirst(" .*", "")));
    assertThat(states()).extracting(RunState::version).containsExactly(1L, 2L);
  }

  @Test
  void aForgottenRunLeavesATombstone() throws SQLException {
    UUID id = database.run("'full', 'loja'");
    database.execute("TRUNCATE outbox; DELETE FROM sync_run");
    assertThat(
            database.text(
                "SELECT concat_ws(' ', aggregatetype, aggregateid, type, payload) FROM outbox"))
        .isEqualTo("sync-runs " + id + " forgotten");
  }

  @Test
  void producersAreWokenByWhatIsAskedFor() throws SQLException {
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("LISTEN ordem_runs");
      UUID id = database.run("'full', 'loja'");
      database.text("SELECT ordem_cancel('" + id + "')");
      database.execute("UPDATE sync_run SET lease_until = now()");
      PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(5_000);
      assertThat(Arrays.stream(heard).map(PGNotification::getParameter))
          .containsExactly("loja", "loja");
    }
  }

  @Test
  void aKnownOrderIsReadAgainAndAnUnknownOneNotFound() throws SQLException {
    database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, updated_at,"
            + " source_offset) VALUES ('loja', 7, 'PARKED', 'HOT', 6, now(), 1)");
    database.text("SELECT ordem_refresh('loja', 7)");
    assertThat(wishes()).containsExactly("refresh loja:7");
    assertThat(
            database.text(
                "SELECT abs(extract(epoch FROM now() - (payload->>'requestedAt')::timestamptz))"
                    + " < 60 FROM outbox"))
        .isEqualTo("t");
    assertThat(refused("SELECT ordem_refresh('loja', 8)")).isEqualTo("OR404");
    assertThat(refused("SELECT ordem_refresh('outra', 7)")).isEqualTo("OR404");
    assertThat(refused("SELECT ordem_refresh('nobody', 7)")).isEqualTo("OR404");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"all\" => true | 5 | loja:1 loja:2 loja:3 | {0,4}",
        "cause => 'http-500' | 2 | loja:1 loja:3 |",
        "ids => '{2,3,4,5}' | 3 | loja:2 loja:3 | {0}",
        "ids => '{2,3,5}', cause => 'index' | 1 | | {0}",
        "ids => '{99}' | 0 | |",
      })
  void failuresAreTakenUp(String which, int expected, String orders, String partitions)
      throws SQLException {
    failures();
    assertThat(database.text("SELECT ordem_requeue('loja', " + which + ")"))
        .isEqualTo(String.valueOf(expected));
    assertThat(wishes())
        .containsExactlyElementsOf(
            orders == null
                ? List.of()
                : Arrays.stream(orders.split(" ", -1)).map(key -> "requeue " + key).toList());
    assertThat(database.texts("SELECT partitions FROM repair WHERE account = 'loja' AND extras"))
        .containsExactlyElementsOf(partitions == null ? List.of() : List.of(partitions));
  }

  @Test
  void whichFailuresMustBeSaid() {
    assertThat(refused("SELECT ordem_requeue('loja')")).isEqualTo("OR400");
    assertThat(refused("SELECT ordem_requeue('nobody', \"all\" => true)")).isEqualTo("OR404");
  }

  private static void failures() throws SQLException {
    database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, last_error_cause,"
            + " updated_at, source_offset) VALUES"
            + " ('loja', 1, 'PARKED', 'RETRY', 6, 'http-500', now(), 1),"
            + " ('loja', 2, 'RETRYING', 'RETRY', 1, 'http-404', now(), 1),"
            + " ('loja', 3, 'RETRYING', 'RETRY', 1, 'http-500', now(), 1),"
            + " ('loja', 4, 'QUEUED', 'HOT', 0, null, now(), 1),"
            + " ('outra', 1, 'PARKED', 'RETRY', 6, 'http-500', now(), 1);"
            + " INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error)"
            + " VALUES ('os', 'loja', 5, 'REFUSED', 0, 'index', 'too large'),"
            + " ('os', 'loja', 6, 'EXTRA', 4, 'extra', 'unknown'),"
            + " ('os', 'outra', 5, 'REFUSED', 2, 'index', 'too large')");
  }

  private static List<String> wishes() throws SQLException {
    return database.texts(
        "SELECT type || ' ' || aggregateid FROM outbox WHERE aggregatetype = 'os-headers'"
            + " ORDER BY position");
  }

  private static String refused(String sql) {
    return catchThrowableOfType(SQLException.class, () -> database.text(sql)).getSQLState();
  }

  private static List<RunState> states() throws SQLException {
    return database
        .texts("SELECT payload::text FROM outbox WHERE type = 'run-state' ORDER BY position")
        .stream()
        .map(
            payload ->
                Topics.SYNC_RUNS.value(
                    new ConsumerRecord<>(
                        "sync-runs", 0, 0, new byte[0], payload.getBytes(StandardCharsets.UTF_8))))
        .toList();
  }
}
