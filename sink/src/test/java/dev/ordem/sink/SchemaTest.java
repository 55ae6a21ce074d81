package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaTest {
  private static EmbeddedPostgres postgres;
  private DataSource database;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    String name = "t" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    database = postgres.getDatabase("postgres", name);
  }

  @Test
  void startsBesideTablesOfOthersAndFromSeveralProcessesAtOnce() throws Exception {
    execute("CREATE TABLE tiny_account (name text)");

    CompletableFuture.allOf(
            Stream.generate(() -> CompletableFuture.runAsync(() -> Schema.migrate(database)))
                .limit(4)
                .toArray(CompletableFuture[]::new))
        .get();

    assertThat(
            text(
                "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM ordem_schema_history"))
        .isEqualTo("0,1,2,3");
    for (String view :
        new String[] {
          "import_failures",
          "os_conclusao",
          "os_tempo_em_situacao",
          "os_totais",
          "tecnico",
          "equipamento"
        }) {
      assertThat(text("SELECT count(*) FROM " + view)).isEqualTo("0");
    }
  }

  @Test
  void aRunAskedForInSqlIsACommandThatTheContractReads() throws Exception {
    Schema.migrate(database);

    String id = text("SELECT ordem_run('period', 'loja-1', '2026-01-01', '2026-01-31', 5, true)");

    String payload =
        text("SELECT payload FROM outbox WHERE aggregateid = '" + id + "' AND type = 'run'");
    SyncCommand.Run run = (SyncCommand.Run) command(id, payload);
    assertThat(run.runId()).hasToString(id);
    assertThat(run.request().mode()).isEqualTo(Mode.PERIOD);
    assertThat(run.request().to()).isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(run.request().max()).isEqualTo(5);
    assertThat(run.request().headersOnly()).isTrue();
    assertThat(
            text(
                "SELECT account || ' ' || mode || ' ' || status FROM sync_run WHERE id = '"
                    + id
                    + "'"))
        .isEqualTo("loja-1 period QUEUED");
  }

  @Test
  void aRunThatMakesNoSenseIsRefusedAndLeavesNothing() throws Exception {
    Schema.migrate(database);

    assertThatThrownBy(() -> text("SELECT ordem_run('weekly')"))
        .hasMessageContaining("mode weekly: use incremental, full, period or auto");
    assertThatThrownBy(() -> text("SELECT ordem_run('period')"))
        .hasMessageContaining("mode period needs both");
    assertThatThrownBy(() -> text("SELECT ordem_run(account => 'A:b')"))
        .hasMessageContaining("account A:b");
    assertThat(text("SELECT count(*) FROM sync_run")).isEqualTo("0");
    assertThat(text("SELECT count(*) FROM outbox")).isEqualTo("0");
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

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
