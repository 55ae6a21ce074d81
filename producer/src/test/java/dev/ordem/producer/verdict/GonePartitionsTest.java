package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.HeldRun;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A run that was begun in a Kafka of more partitions than there are now. */
class GonePartitionsTest {
  @Test
  void whatTheyToldOfItBindsNobody() throws Exception {
    TestDatabase database = TestDatabase.holdingTen();
    Judge judge = new Judge(database.source, marker -> {}, Map::of, Duration.ofHours(24));
    HeldRun run = database.settling("full", 10);
    database.progress(run, TestDatabase.PARTITIONS + 4, 5);
    database.run(
        "UPDATE sync_run_progress SET reading = 3, parked = 2, details_left = true WHERE partition = 7");

    judge.look(run);

    assertThat(database.of(run, "status")).isEqualTo("COMPLETE");
    assertThat(database.of(run, "details")).contains("\"total\": 12");
    assertThat(database.of(run, "limited")).isEqualTo("f");
  }
}
