package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.runtime.Migrations;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Some accounts' rows are locked by a person. */
class PermitReleaseQueueTest {
  private static final String LOCK =
      "select from tiny_quota where account in ('a', 'c') for update";

  private static HikariDataSource database;

  @BeforeAll
  static void start() throws SQLException {
    try (HikariDataSource first = Postgres.database(3)) {
      Migrations.run(first);
      Postgres.execute(
          first,
          "do $$ begin execute 'alter database ' || current_database()"
              + " || ' set lock_timeout = ''50ms'''; end $$");
      database = Postgres.samePlace(first, 3);
    }
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void permitsOfAccountsWhoseRowNobodyHoldsAreGivenBack() throws Exception {
    QuotaStore store = new QuotaStore(database);
    Time time = new Time(Clock.systemUTC(), System::nanoTime, pause -> {});
    try (PermitReleaseQueue queue = new PermitReleaseQueue(store, time);
        Connection person = database.getConnection();
        Statement statement = person.createStatement()) {
      for (String account : new String[] {"a", "b", "c", "d"}) {
        store.configure(account, new QuotaLimits(0, 30, Duration.ofMinutes(1), 0));
      }
      Postgres.execute(database, "update tiny_quota set trial = true"); // a release takes the row
      for (String account : new String[] {"a", "b", "c", "d"}) {
        queue.give(permit(store, account), Feedback.of(Feedback.End.OK));
      }
      person.setAutoCommit(false);
      statement.execute(LOCK);
      queue.start();

      await().until(() -> answered().equals("b,d"));

      person.rollback();
      Postgres.execute(database, "update tiny_quota set trial = false"); // not one by one
      queue.give(permit(store, "a"), Feedback.of(Feedback.End.OK));
      await().until(() -> answered().equals("a,b,d"));
    }
  }

  private static Permit.Granted permit(QuotaStore store, String account) throws SQLException {
    QuotaStore.Decision permit =
        store.permit(
            new QuotaStore.Asking(
                account,
                "detail",
                2,
                null,
                System::nanoTime,
                Instant.now(),
                QuotaStore.LastGiven.NOTHING));
    assertThat(permit.granted()).isTrue();
    return new Permit.Granted(
        account, permit.id(), permit.at(), new ClockReading(permit.at(), 0, 0));
  }

  private static String answered() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select string_agg(distinct account, ',' order by account)"
                    + " from tiny_quota_permit where answered_at is not null")) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
