package dev.ordem.sink.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.StartException;
import dev.ordem.sink.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;

class ReplicationSlotTest {
  @Test
  void aServerThatWritesNoLogicalLogIsRefusedByNameOfTheSetting() throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("replica")) {
      TestDatabase database = TestDatabase.in(server);

      assertThatThrownBy(() -> new ReplicationSlot(database.source(), "s").check())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("wal_level = replica")
          .hasMessageContaining("set wal_level = logical");
    }
  }

  @Test
  void whoMayNotReplicateOrNamesTheSlotOfAnotherDatabaseIsRefused() throws Exception {
    try (EmbeddedPostgres server = TestDatabase.server("logical")) {
      TestDatabase database = TestDatabase.in(server);
      database.execute("CREATE ROLE clerk LOGIN");
      database.execute("SELECT pg_create_logical_replication_slot('mine', 'pgoutput')");

      assertThatThrownBy(
              () -> new ReplicationSlot(server.getDatabase("clerk", database.name()), "s").check())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("ALTER ROLE clerk REPLICATION");
      assertThatThrownBy(() -> new ReplicationSlot(server.getPostgresDatabase(), "mine").check())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("SINK_OUTBOX_SLOT");
      assertThatCode(() -> new ReplicationSlot(database.source(), "mine").check())
          .doesNotThrowAnyException();
      assertThat(new ReplicationSlot(database.source(), "mine").state())
          .isEqualTo(ReplicationSlot.State.FREE);
    }
  }
}
