package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.cli.PlanCommand;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class PlanCommandTest {
  private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");

  @Test
  void aPlanIsToldInHoursAndLocalTime() throws Exception {
    String plan =
        """
        {"account": "loja", "mode": "full", "basis": "tiny", "listCalls": 1011,
         "detailCalls": 100000, "calls": 101011, "durationSeconds": 202020,
         "finishesAt": "2026-02-12T20:07:00Z", "assumptions": ["Nothing else uses it."],
         "limits": {"perSecond": 4, "perWindow": 30, "window": "PT1M", "perHour": 0}}
        """;
    assertThat(PlanCommand.lines(new ObjectMapper().readTree(plan), SAO_PAULO))
        .containsExactly(
            "Plan      full run of account loja, by the counts of Tiny and Postgres",
            "Calls     101,011: 1,011 of the list, 100,000 of details",
            "Limits    requests: 4 a second, 30 per minute",
            "Takes     56 h 07 min, until 2026-02-12 17:07 (America/Sao_Paulo) if started now",
            "          Nothing else uses it.");
  }

  @Test
  void whatIsNotKnownIsNotMadeUp() throws Exception {
    String plan =
        """
        {"account": "loja", "mode": "full", "basis": "none", "calls": null, "finishesAt": null}
        """;
    assertThat(PlanCommand.lines(new ObjectMapper().readTree(plan), SAO_PAULO))
        .containsExactly(
            "Plan      full run of account loja, which nobody could count",
            "Calls     not known",
            "Limits    none",
            "Takes     not known");
  }
}
