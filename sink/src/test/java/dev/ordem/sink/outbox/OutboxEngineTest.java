package dev.ordem.sink.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.runtime.Postgres;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class OutboxEngineTest {
  @Test
  void theUrlsParametersReachDebezium() {
    Postgres postgres =
        new Postgres(
            "jdbc:postgresql://db.example:6432/ordem?sslmode=require",
            "ordem",
            "secret",
            "POSTGRES_*");

    Properties properties = OutboxEngine.properties(postgres, "public", "slot");

    assertThat(properties)
        .containsEntry("database.hostname", "db.example")
        .containsEntry("database.port", "6432")
        .containsEntry("database.dbname", "ordem")
        .containsEntry("database.user", "ordem")
        .containsEntry("driver.sslmode", "require")
        .containsEntry("driver.connectTimeout", "5")
        .containsEntry("driver.socketTimeout", "30")
        .containsEntry("table.include.list", "public.outbox")
        .containsEntry(
            "snapshot.select.statement.overrides.public.outbox",
            "SELECT * FROM public.outbox WHERE refused_at IS NULL ORDER BY position")
        .doesNotContainKey("driver.user");
  }

  @Test
  void theUrlSaysHowLongToWait() {
    Postgres postgres =
        new Postgres(
            "jdbc:postgresql://db.example/ordem?socketTimeout=7", "ordem", "secret", "POSTGRES_*");

    assertThat(OutboxEngine.properties(postgres, "public", "slot"))
        .containsEntry("driver.connectTimeout", "5")
        .containsEntry("driver.socketTimeout", "7");
  }
}
