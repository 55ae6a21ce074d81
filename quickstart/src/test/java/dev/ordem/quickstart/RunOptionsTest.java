package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the producer is sent of the options that say which run is meant. */
class RunOptionsTest {
  private static final String[] PERIOD = {
    "--mode", "period", "--from", "2026-01-31", "--to", "2026-02-01", "--account", "loja-2"
  };

  private FakeProducer producer;

  @BeforeEach
  void start() throws IOException {
    producer = new FakeProducer(request -> "{}");
  }

  @AfterEach
  void stop() {
    producer.close();
  }

  @Test
  void aRunAndItsPlanAreSentTheSame() {
    assertThat(execute("plan", PERIOD)).isZero();
    assertThat(execute("run", PERIOD)).isZero();
    assertThat(producer.asked())
        .containsExactly(
            "GET /api/plan?mode=period&from=2026-01-31&to=2026-02-01&account=loja-2"
                + "&headersOnly=false",
            "POST /api/runs {\"mode\":\"period\",\"from\":\"2026-01-31\",\"to\":\"2026-02-01\","
                + "\"account\":\"loja-2\",\"headersOnly\":false}");
  }

  @Test
  void whatIsNotGivenIsLeftToTheProducer() {
    assertThat(execute("plan", "--headers-only")).isZero();
    assertThat(execute("run", "--max", "7")).isZero();
    assertThat(producer.asked())
        .containsExactly(
            "GET /api/plan?mode=incremental&headersOnly=true",
            "POST /api/runs {\"max\":7,\"mode\":\"incremental\",\"headersOnly\":false}");
  }

  @Test
  void aModeThatDoesNotExistIsWrongUsageAndNobodyIsAsked() {
    assertThat(execute("run", "--mode", "sideways")).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(producer.asked()).isEmpty();
  }

  @Test
  void whatTheProducerRefusesIsWrongUsageToo() throws IOException {
    producer.close();
    producer = new FakeProducer(request -> "{\"status\": 400, \"detail\": \"from: missing\"}");
    assertThat(execute("run", "--mode", "period")).isEqualTo(CommandFailure.WRONG_USAGE);
  }

  private int execute(String command, String... options) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    all.addAll(List.of("--url", producer.url()));
    return Ordem.commandLine().execute(all.toArray(String[]::new));
  }
}
