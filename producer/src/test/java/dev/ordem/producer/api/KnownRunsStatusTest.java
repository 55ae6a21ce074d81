package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.runs.KnownRuns;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.Schedule;
import java.sql.Connection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The newest runs are found among many without looking at the others. */
class KnownRunsStatusTest {
  private static final int MANY = 3_000;

  @ParameterizedTest
  @ValueSource(strings = {"requested_by = 'schedule'", "version = 1", "status = 'FAILED'"})
  void theLastRunsAreFoundByIndex(String but) throws Exception {
    try (MigratedDatabase database = new MigratedDatabase()) {
      database.clear();
      Map<String, Long> touched =
          new KnownRuns(database).touchedBeside(MANY, but, KnownRunsStatusTest::look);
      assertThat(touched.values()).as("%s", touched).allMatch(rows -> rows < 20);
    }
  }

  private static void look(DataSource source) throws Exception {
    try (Connection connection = source.getConnection()) {
      StatusAnswer.lastSuccess(connection);
    }
    Schedule schedule = Schedule.parse(Schedule.DEFAULT, ZoneOffset.UTC, AssertionError::new);
    assertThat(
            new ScheduleApi(new ApiDatabase(() -> Optional.of(source)), schedule, Clock.systemUTC())
                .entries())
        .isNotEmpty();
  }
}
