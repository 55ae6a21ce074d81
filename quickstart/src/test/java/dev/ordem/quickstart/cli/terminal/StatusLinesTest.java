package dev.ordem.quickstart.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusLinesTest {
  @Test
  void whereThereIsNoAccountThatIsSaidWithWhatToDo() throws Exception {
    assertThat(lines("{\"accounts\": []}"))
        .anyMatch(
            line ->
                line.startsWith("Account   none: ")
                    && line.contains("./ordem connect")
                    && line.contains("TINY_CLIENT_ID, TINY_CLIENT_SECRET and TINY_REFRESH_TOKEN"));
  }

  @Test
  void whoMayAllReadsTheNamesBesideTheProblem() throws Exception {
    String account =
        "{\"account\": \"loja\", \"state\": \"READY\", \"problem\": \"Another company\"%s}";
    String all = account.formatted(", \"problemDetail\": \"ana, not bia\"");
    assertThat(lines("{\"accounts\": [" + all + "]}"))
        .anyMatch(line -> line.contains("loja: READY (Another company (ana, not bia))"));
    assertThat(lines("{\"accounts\": [" + account.formatted("") + "]}"))
        .anyMatch(line -> line.contains("loja: READY (Another company)"));
  }

  @Test
  void workOfAnAccountThatIsNotConnectedIsToldAsSuch() throws Exception {
    String line =
        "{\"account\": \"loja\", \"orders\": 7, \"state\": \"QUEUED\", \"lane\": \"HOT\", \"connected\": %s}";
    assertThat(lines("{\"queue\": [" + line.formatted(false) + "," + line.formatted(true) + "]}"))
        .contains(
            "Queue     loja: 7 QUEUED in HOT (it is not connected)",
            "Queue     loja: 7 QUEUED in HOT");
  }

  private static List<String> lines(String status) throws Exception {
    return StatusLines.of(new ObjectMapper().readTree(status), ZoneOffset.UTC);
  }
}
