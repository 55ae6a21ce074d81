package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.ReadingFixture.Result;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run reads that decides by itself what is missing. */
class AutoReadTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @Test
  void autoReadsNewHeadersAndAsksForAllDetailsThatHeadersAloneLeft() throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    runs.complete(runs.read(tiny, "'full', 'loja', headers_only => true"));
    runs.database.execute("UPDATE sync_run SET started_at = now() - interval '1 day'");
    tiny.add(61, 3, LocalDate.of(2025, 1, 1));

    Result run = runs.read(tiny, "'auto', 'loja'");

    assertThat(run.column("mode")).isEqualTo("incremental");
    assertThat(run.ids()).contains(61L, 60L).doesNotContain(1L, 11L);
    assertThat(run.markers(HeaderEvent.DetailsMissing.class))
        .hasSize(ReadingFixture.PARTITIONS)
        .allMatch(missing -> missing.max() == Long.MAX_VALUE);
  }
}
