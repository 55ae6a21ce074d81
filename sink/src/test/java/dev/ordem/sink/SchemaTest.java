package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.LocalDate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static EmbeddedPostgres server;
  private TestDatabase database;

  @BeforeAll
  static void startPostgres() throws Exception {
    server = TestDatabase.server("logical");
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    server.close();
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    database = TestDatabase.migrated(server);
  }

  @Test
  void aRunAskedForInSqlIsACommandThatTheContractReads() throws Exception {
    String id =
        database.text("SELECT ordem_run('period', 'loja-1', '2026-01-01', '2026-01-31', 5, true)");

    String payload =
        database.text(
            "SELECT payload FROM outbox WHERE aggregateid = '" + id + "' AND type = 'run'");
    SyncCommand.Run run = (SyncCommand.Run) command(id, payload);
    assertThat(run.runId()).hasToString(id);
    assertThat(run.request().mode()).isEqualTo(Mode.PERIOD);
    assertThat(run.request().to()).isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(run.request().max()).isEqualTo(5);
    assertThat(run.request().headersOnly()).isTrue();
    assertThat(
            database.text(
                "SELECT account || ' ' || mode || ' ' || status FROM sync_run WHERE id = '"
                    + id
                    + "'"))
        .isEqualTo("loja-1 period QUEUED");
  }

  @Test
  void aRunThatMakesNoSenseIsRefusedAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> database.text("SELECT ordem_run('weekly')"))
        .hasMessageContaining("mode weekly: use incremental, full, period or auto");
    assertThatThrownBy(() -> database.text("SELECT ordem_run('period')"))
        .hasMessageContaining("mode period needs both");
    assertThatThrownBy(() -> database.text("SELECT ordem_run(account => 'A:b')"))
        .hasMessageContaining("account A:b");
    assertThat(database.text("SELECT count(*) FROM sync_run")).isEqualTo("0");
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("0");
  }

  private static SyncCommand command(String key, String json) {
    SyncCommand command =
        Topics.SYNC_COMMANDS.value(
            new ConsumerRecord<>(
                "sync-commands",
                0,
                0L,
                key.getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8)));
    assertThat(command).isNotNull();
    return command;
  }
}
