package dev.ordem.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.FakeProducer;
import dev.ordem.quickstart.Ordem;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

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
    String body =
        " {\"mode\":\"period\",\"from\":\"2026-01-31\",\"to\":\"2026-02-01\","
            + "\"account\":\"loja-2\",\"headersOnly\":false}";
    assertThat(producer.asked()).containsExactly("POST /api/plan" + body, "POST /api/runs" + body);
  }

  @Test
  void whatIsNotGivenIsLeftToTheProducer() {
    assertThat(execute("plan", "--headers-only")).isZero();
    assertThat(execute("run", "--max", "7")).isZero();
    assertThat(producer.asked())
        .containsExactly(
            "POST /api/plan {\"mode\":\"incremental\",\"headersOnly\":true}",
            "POST /api/runs {\"mode\":\"incremental\",\"max\":7,\"headersOnly\":false}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--month 2026-02",
        "--from 2026-02-01 --to 2026-02-28",
        "--from 01/02/2026 --to 28/2/2026",
        "--mode period --month 2026-02",
      })
  void aPeriodIsWrittenAsPeopleWriteIt(String options) {
    assertThat(execute("run", options.split(" ", -1))).isZero();
    assertThat(producer.asked())
        .containsExactly(
            "POST /api/runs {\"mode\":\"period\",\"from\":\"2026-02-01\","
                + "\"to\":\"2026-02-28\",\"headersOnly\":false}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "incremental",
        "full",
        "details",
        "reconcile",
        "auto",
        "resume",
        "details-only",
        "FULL"
      })
  void allModesAreTaken(String mode) {
    assertThat(execute("run", "--mode", mode)).isZero();
    assertThat(producer.asked())
        .singleElement()
        .asString()
        .contains("\"mode\":\"" + mode.toLowerCase(Locale.ROOT) + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--mode sideways",
        "--from 2026-02-30",
        "--from 30/02/2026",
        "--from 26-11-2026",
        "--month 13/2026",
        "--month 2026-02 --from 2026-02-01",
        "--max many",
        "--often",
      })
  void whatIsWrittenWrongIsToldInOneLineAndNobodyIsAsked(String options) {
    StringWriter said = new StringWriter();
    CommandLine line = Ordem.commandLine().setErr(new PrintWriter(said, true));
    List<String> all = new ArrayList<>(List.of("run", "--url", producer.url()));
    all.addAll(List.of(options.split(" ", -1)));
    assertThat(line.execute(all.toArray(String[]::new))).isEqualTo(CommandFailure.WRONG_USAGE);
    assertThat(said.toString().lines()).singleElement().asString().startsWith("ordem: ");
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
